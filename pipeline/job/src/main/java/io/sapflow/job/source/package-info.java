/**
 * Topics read in bounded memory: a record is measured while its batch is opened, and one beyond the
 * bound of ingest is never held.
 *
 * <p>In: batches as the broker keeps them. Out: records, a large one as a {@link
 * io.sapflow.job.source.LargeRecord}. State kept: Flink's own of a Kafka source.
 */
package io.sapflow.job.source;
