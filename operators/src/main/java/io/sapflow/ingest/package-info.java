/**
 * From a record's bytes to a checked record, or to quarantine with a reason.
 *
 * <p>In: {@link io.sapflow.ingest.RawRecord}. Out: a training example, safety pair, probe prompt or
 * command that holds to its rules; else a {@link io.sapflow.ingest.RejectedRecordException}, which
 * {@link io.sapflow.ingest.Quarantine} makes a record of. State: none. What an example's bytes are
 * written in {@link io.sapflow.ingest.FormatSettings} alone knows.
 */
package io.sapflow.ingest;
