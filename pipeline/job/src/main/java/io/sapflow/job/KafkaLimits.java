package io.sapflow.job;

/** Sizes of records on the topics. */
public final class KafkaLimits {

  /** The largest record of any other topic: the broker's default. */
  public static final int RECORD_BYTES = 1 << 20;

  /** The largest record of the quarantine topic: the largest example and what is said of it. */
  public static final int QUARANTINE_BYTES = 2 << 20;

  /** A broker's own bound on a batch, {@code max.message.bytes}, where nothing else is set. */
  public static final int BROKER_DEFAULT = 1_048_588;

  /** What a record that names another one, with all its texts at their longest, fits in. */
  public static final int LEAST_TOPIC_BYTES = 1 << 16;

  private KafkaLimits() {}
}
