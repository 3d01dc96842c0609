/**
 * A Flink metric reporter that Prometheus scrapes. Names and labels are those of Flink's own
 * ({@code flink-metrics-prometheus}), so that rules and dashboards fit both; it differs in three
 * points: a counter is of type counter, it listens on loopback unless told otherwise, and labels
 * hold values as they are.
 */
package io.sapflow.scrape;
