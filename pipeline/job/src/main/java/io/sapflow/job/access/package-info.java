/**
 * What clients of a secured Kafka must be allowed to do: the job and each command as lists, and
 * what of a list is missing.
 *
 * <p>In: a job's settings, brokers. Out: lists, refusals. State kept: none.
 */
package io.sapflow.job.access;
