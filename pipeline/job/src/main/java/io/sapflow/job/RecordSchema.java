package io.sapflow.job;

import io.sapflow.schema.RecordCodec;
import java.nio.charset.StandardCharsets;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.util.function.SerializableFunction;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes records of one type to their topic, by the given key. */
final class RecordSchema<T extends SpecificRecord> implements KafkaRecordSerializationSchema<T> {

  private static final long serialVersionUID = 1;

  private final String topic;
  private final Class<T> type;
  private final SerializableFunction<T, byte[]> key;
  private transient RecordCodec<T> codec;

  RecordSchema(String topic, Class<T> type, SerializableFunction<T, byte[]> key) {
    this.topic = topic;
    this.type = type;
    this.key = key;
  }

  /** A key of text. */
  static <T extends SpecificRecord> RecordSchema<T> keyedBy(
      String topic, Class<T> type, SerializableFunction<T, String> key) {
    return new RecordSchema<>(
        topic, type, record -> key.apply(record).getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void open(SerializationSchema.InitializationContext context, KafkaSinkContext sink) {
    codec = RecordCodec.of(type);
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      T record, KafkaSinkContext context, Long timestamp) {
    return new ProducerRecord<>(topic, key.apply(record), codec.encode(record));
  }
}
