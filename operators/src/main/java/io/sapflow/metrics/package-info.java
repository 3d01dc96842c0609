/**
 * What a job tells of itself while it runs: its metrics, declared in one place, on Flink's groups.
 *
 * <p>Metrics are views: nothing that is learnt or decided hangs on them. State: none. Each stage
 * names those that it registers.
 */
package io.sapflow.metrics;
