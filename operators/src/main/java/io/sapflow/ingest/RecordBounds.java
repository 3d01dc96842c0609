package io.sapflow.ingest;

import io.sapflow.schema.QuarantineReason;

/** What a record may measure as it came, before anything of it is read. */
public final class RecordBounds {

  /** The most bytes of the header that proves a source: several times a signature's. */
  private static final int SIGNATURE_BYTES = 1024;

  private final EnvelopeLimits limits;

  /** Bounds. */
  public RecordBounds(EnvelopeLimits limits) {
    this.limits = limits;
  }

  /**
   * Checks a record.
   *
   * @throws RejectedRecordException for the first bound that it breaks
   */
  public void check(RawRecord raw) throws RejectedRecordException {
    Measure measure = raw.measure();
    if (raw.skipped()) {
      throw Rules.rejected(
          QuarantineReason.SKIPPED, "record: named by sapflow.ingest.skip, and not read");
    }
    if (raw.isReference() || measure.bytes() > limits.recordBytes()) {
      throw rejected(
          QuarantineReason.RECORD_TOO_LARGE,
          "record",
          measure.bytes() + " bytes with key and headers",
          limits.recordBytes() + " (sapflow.ingest.max-record-bytes)");
    }
    if (raw.key().length > limits.keyBytes()) {
      throw rejected(
          QuarantineReason.KEY_TOO_LONG,
          "key",
          raw.key().length + " bytes",
          limits.keyBytes() + " (sapflow.ingest.max-key-bytes)");
    }
    if (measure.headers() > limits.headers()) {
      throw rejected(
          QuarantineReason.TOO_MANY_HEADERS,
          "headers",
          Integer.toString(measure.headers()),
          limits.headers() + " (sapflow.ingest.max-headers)");
    }
    if (measure.headerBytes() > limits.headerBytes()) {
      throw rejected(
          QuarantineReason.HEADERS_TOO_LONG,
          "headers",
          measure.headerBytes() + " bytes",
          limits.headerBytes() + " (sapflow.ingest.max-header-bytes)");
    }
    if (raw.signature().length > SIGNATURE_BYTES) {
      throw rejected(
          QuarantineReason.SIGNATURE_TOO_LONG,
          "header " + SourceBindings.HEADER,
          raw.signature().length + " bytes",
          Integer.toString(SIGNATURE_BYTES));
    }
  }

  private static RejectedRecordException rejected(
      QuarantineReason code, String field, String found, String most) {
    return Rules.rejected(code, field + ": found " + found + ", expected at most " + most);
  }
}
