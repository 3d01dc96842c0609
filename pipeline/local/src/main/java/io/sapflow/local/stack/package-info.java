/**
 * The embedded stack of a local run: a Kafka broker as a child process, a Flink cluster in this
 * process, one directory for both.
 *
 * <p>Record in, record out: none. State kept: the run's directory, deleted at the end. Metrics: the
 * cluster's own.
 */
package io.sapflow.local.stack;
