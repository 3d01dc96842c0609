package io.sapflow.schema;

import static io.sapflow.schema.QuarantineReason.CUT;
import static io.sapflow.schema.QuarantineReason.LIMIT;
import static io.sapflow.schema.QuarantineReason.MALFORMED;

import java.io.EOFException;
import java.io.IOException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.SystemLimitException;

/** What stops a decoder of Avro, as a reason and in words. */
final class DecodingFault {

  private final int length;
  private final String type;

  /**
   * Of one record.
   *
   * @param length of its bytes
   * @param type of record that is expected
   */
  DecodingFault(int length, String type) {
    this.length = length;
    this.type = type;
  }

  /** Of bytes that say of themselves what is wrong with them. */
  UndecodableRecordException of(QuarantineReason reason, String found, Throwable cause) {
    return new UndecodableRecordException(
        reason, length + " bytes " + found + ", expected a " + type, cause);
  }

  /** Of what Avro's decoder threw. */
  UndecodableRecordException of(Exception e) {
    if (e instanceof SystemLimitException || e instanceof UnsupportedOperationException) {
      return of(LIMIT, "claim a length above the limits in force (" + e.getMessage() + ")", e);
    }
    if (e instanceof IOException) {
      return of(CUT, "end before the record does", e);
    }
    boolean cut = e instanceof AvroRuntimeException && e.getCause() instanceof EOFException;
    return of(cut ? CUT : MALFORMED, "are no valid record (" + e.getMessage() + ")", e);
  }

  /** Of bytes that go on behind the record. */
  UndecodableRecordException trailing(int bytes) {
    return new UndecodableRecordException(
        MALFORMED, bytes + " bytes after the end of the " + type + ", expected none", null);
  }
}
