/**
 * What job and commands ask a Kafka cluster for: topics made and described, records read once.
 *
 * <p>In, out: whatever a caller names. State kept: none.
 */
package io.sapflow.job.kafka;
