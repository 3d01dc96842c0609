package io.sapflow.ingest;

import java.util.Objects;

/**
 * A record as it stands on its topic.
 *
 * @param topic of the record
 * @param partition of the record
 * @param offset of the record
 * @param timestamp Kafka's, epoch milliseconds
 * @param key the record's key; empty where it has none
 * @param value the record's bytes; empty where it has none
 * @param signature the header that proves the source, as it stands there; empty where it has none
 */
public record RawRecord(
    String topic,
    int partition,
    long offset,
    long timestamp,
    byte[] key,
    byte[] value,
    byte[] signature) {

  /** Refuses parts that are missing. */
  public RawRecord {
    Objects.requireNonNull(topic, "topic");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(signature, "signature");
  }

  /** A record without a signature. */
  public RawRecord(
      String topic, int partition, long offset, long timestamp, byte[] key, byte[] value) {
    this(topic, partition, offset, timestamp, key, value, new byte[0]);
  }
}
