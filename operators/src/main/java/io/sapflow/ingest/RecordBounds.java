package io.sapflow.ingest;

import io.sapflow.schema.QuarantineReason;

/** What a record may measure as it came, before anything of it is read. */
public final class RecordBounds {

  private final IngestLimits limits;

  /** Bounds. */
  public RecordBounds(IngestLimits limits) {
    this.limits = limits;
  }

  /**
   * Checks a record.
   *
   * @throws RejectedRecordException for the first bound that it breaks
   */
  public void check(RawRecord raw) throws RejectedRecordException {
    if (raw.isReference() || raw.measure().bytes() > limits.recordBytes()) {
      throw Rules.rejected(
          QuarantineReason.RECORD_TOO_LARGE,
          "record: found "
              + raw.measure().bytes()
              + " bytes with key and headers, expected at most "
              + limits.recordBytes()
              + " (sapflow.ingest.max-record-bytes)");
    }
  }
}
