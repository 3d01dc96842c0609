package io.sapflow.job;

import io.sapflow.ingest.Quarantine;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.RecordCodec;
import java.nio.ByteBuffer;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes what is set aside to the quarantine topic by the original's key; what the topic would not
 * take with its bytes is written as a reference, so that no record stops the sink.
 */
final class QuarantineSchema implements KafkaRecordSerializationSchema<QuarantinedRecord> {

  private static final long serialVersionUID = 1;

  /** What a batch adds to a record, and a codec that the topic may have to what does not shrink. */
  static final int BESIDE = 1 << 14;

  private final String topic;
  private final int mostBytes;
  private transient RecordCodec<QuarantinedRecord> codec;

  /**
   * A schema.
   *
   * @param topic the quarantine topic
   * @param topicBytes the largest batch that the topic takes, {@code max.message.bytes}
   */
  QuarantineSchema(String topic, int topicBytes) {
    this.topic = topic;
    this.mostBytes = Math.min(topicBytes, KafkaLimits.QUARANTINE_BYTES) - BESIDE;
  }

  @Override
  public void open(SerializationSchema.InitializationContext context, KafkaSinkContext sink) {
    codec = RecordCodec.of(QuarantinedRecord.class);
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      QuarantinedRecord record, KafkaSinkContext context, Long timestamp) {
    byte[] key = key(record);
    byte[] value = codec.encode(record);
    if (value.length + (key == null ? 0 : key.length) <= mostBytes) {
      return new ProducerRecord<>(topic, key, value);
    }
    return new ProducerRecord<>(topic, null, codec.encode(Quarantine.byReference(record)));
  }

  private static byte[] key(QuarantinedRecord record) {
    if (record.getKey() == null) {
      return null;
    }
    ByteBuffer key = record.getKey().duplicate();
    byte[] bytes = new byte[key.remaining()];
    key.get(bytes);
    return bytes;
  }
}
