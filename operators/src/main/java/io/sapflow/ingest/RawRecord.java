package io.sapflow.ingest;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A record as it stands on its topic. One beyond the bound of ingest is a reference: it has its
 * place, its measure and a digest, and no bytes.
 *
 * @param topic of the record
 * @param partition of the record
 * @param offset of the record
 * @param timestamp Kafka's, epoch milliseconds
 * @param key the record's key; empty where it has none
 * @param value the record's bytes; empty where it has none
 * @param signature the header that proves the source, as it stands there; empty where it has none
 * @param measure how large it is as it came
 * @param sha256 digest of the value of a reference, hex, empty where it cannot be read; null for a
 *     record with its bytes
 * @param skipped whether somebody has told the job to go past it; only of a reference
 */
public record RawRecord(
    String topic,
    int partition,
    long offset,
    long timestamp,
    byte[] key,
    byte[] value,
    byte[] signature,
    Measure measure,
    String sha256,
    boolean skipped) {

  private static final byte[] NONE = {};

  /** Refuses parts that are missing. */
  public RawRecord {
    Objects.requireNonNull(topic, "topic");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(signature, "signature");
    Objects.requireNonNull(measure, "measure");
  }

  /** A record with its bytes, and with no header but the signature. */
  public RawRecord(
      String topic,
      int partition,
      long offset,
      long timestamp,
      byte[] key,
      byte[] value,
      byte[] signature) {
    this(
        topic,
        partition,
        offset,
        timestamp,
        key,
        value,
        signature,
        measured(key, value, signature),
        null,
        false);
  }

  /** A record without a header. */
  public RawRecord(
      String topic, int partition, long offset, long timestamp, byte[] key, byte[] value) {
    this(topic, partition, offset, timestamp, key, value, NONE);
  }

  /** A record beyond the bound. */
  public static RawRecord reference(
      String topic, int partition, long offset, long timestamp, Measure measure, String sha256) {
    return new RawRecord(
        topic,
        partition,
        offset,
        timestamp,
        NONE,
        NONE,
        NONE,
        measure,
        Objects.requireNonNull(sha256, "sha256"),
        false);
  }

  /** The same reference, to a record that somebody has told the job to go past. */
  public RawRecord asSkipped() {
    return new RawRecord(
        topic, partition, offset, timestamp, key, value, signature, measure, sha256, true);
  }

  /** Whether it has no bytes, because they are too many. */
  public boolean isReference() {
    return sha256 != null;
  }

  private static Measure measured(byte[] key, byte[] value, byte[] signature) {
    int headers = signature.length == 0 ? 0 : 1;
    long headerBytes =
        headers == 0
            ? 0
            : SourceBindings.HEADER.getBytes(StandardCharsets.US_ASCII).length + signature.length;
    return new Measure(key.length + value.length + headerBytes, headers, headerBytes);
  }
}
