package io.sapflow.ops.topics;

import io.sapflow.job.KafkaLimits;

/** Whether a record fits its topic. */
final class RecordSize {

  /** Kept for the key and what Kafka writes beside a value. */
  private static final int BESIDE = 2048;

  private RecordSize() {}

  /** What is wrong with a value of this many bytes; null where nothing is. */
  static String fault(int bytes) {
    int most = KafkaLimits.RECORD_BYTES - BESIDE;
    return bytes <= most ? null : "found " + bytes + " bytes as a record, expected at most " + most;
  }
}
