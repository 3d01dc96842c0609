package io.sapflow.job;

/** Sizes of records: what quarantine takes must hold the largest example and what is said of it. */
public final class KafkaLimits {

  /** The largest record of any other topic: the broker's default. */
  public static final int RECORD_BYTES = 1 << 20;

  /** The largest record of the quarantine topic. */
  public static final int QUARANTINE_BYTES = 2 << 20;

  private KafkaLimits() {}
}
