package io.sapflow.ingest;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

class RecordBoundsTest {

  private final RecordBounds bounds = new RecordBounds(new EnvelopeLimits(5000, 10, 2, 40));

  private static RawRecord raw(int key, int signature, Measure measure) {
    return new RawRecord(
        "t", 0, 1, 2, new byte[key], new byte[8], new byte[signature], measure, null, false);
  }

  private void assertRejected(RawRecord raw, String code, String message) {
    Rejections.assertRejected(() -> bounds.check(raw), code, message);
  }

  @Test
  void record_atEveryBound_passes() {
    assertThatCode(() -> bounds.check(raw(10, 0, new Measure(5000, 2, 40))))
        .doesNotThrowAnyException();
  }

  @Test
  void record_beyondOneBound_isRejectedForIt() {
    assertRejected(
        raw(11, 0, new Measure(19, 0, 0)),
        "KEY_TOO_LONG",
        "key: found 11 bytes, expected at most 10 (sapflow.ingest.max-key-bytes)");
    assertRejected(
        raw(0, 0, new Measure(8, 3, 0)),
        "TOO_MANY_HEADERS",
        "headers: found 3, expected at most 2 (sapflow.ingest.max-headers)");
    assertRejected(
        raw(0, 0, new Measure(49, 2, 41)),
        "HEADERS_TOO_LONG",
        "headers: found 41 bytes, expected at most 40 (sapflow.ingest.max-header-bytes)");
    assertRejected(
        raw(0, 1025, new Measure(8, 1, 1)),
        "SIGNATURE_TOO_LONG",
        "header sapflow-signature: found 1025 bytes, expected at most 1024");
    assertRejected(
        raw(0, 0, new Measure(5001, 1, 1)),
        "RECORD_TOO_LARGE",
        "record: found 5001 bytes with key and headers, expected at most 5000"
            + " (sapflow.ingest.max-record-bytes)");
  }
}
