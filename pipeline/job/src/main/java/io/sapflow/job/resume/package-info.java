/**
 * Where a job begins: at its latest checkpoint or savepoint, or fresh.
 *
 * <p>In: a job's settings and the directory of its checkpoints. Out: the Flink options that make it
 * start there and keep its own checkpoints beside. State kept: one file for each fresh start.
 */
package io.sapflow.job.resume;
