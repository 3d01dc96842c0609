package io.sapflow.job.source;

import io.sapflow.ingest.Measure;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** A record that is too large to be held, or cannot be read: its place, its size and a digest. */
public final class LargeRecord extends ConsumerRecord<byte[], byte[]> {

  private final Measure measure;
  private final String sha256;

  /**
   * A record.
   *
   * @param measure how large it is
   * @param sha256 digest of its value, hex; empty where it cannot be read
   */
  LargeRecord(
      TopicPartition partition,
      long offset,
      TimestampType timestampType,
      long timestamp,
      Measure measure,
      String sha256) {
    super(
        partition.topic(),
        partition.partition(),
        offset,
        timestamp,
        timestampType,
        NULL_SIZE,
        NULL_SIZE,
        null,
        null,
        new RecordHeaders(),
        Optional.empty());
    this.measure = measure;
    this.sha256 = sha256;
  }

  /** How large it is. */
  public Measure measure() {
    return measure;
  }

  /** Digest of its value, hex; empty where it cannot be read. */
  public String sha256() {
    return sha256;
  }
}
