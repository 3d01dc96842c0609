package io.sapflow.job;

import io.sapflow.ingest.RecordSignature;
import io.sapflow.ingest.SourceBindings;
import io.sapflow.job.kafka.ScramClasses;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.Topic;
import java.nio.charset.StandardCharsets;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.util.function.SerializableFunction;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes records of one type to their topic, by a key of text. */
final class RecordSchema<T extends SpecificRecord> implements KafkaRecordSerializationSchema<T> {

  private static final long serialVersionUID = 1;

  static {
    ScramClasses.load();
  }

  private final String topic;
  private final boolean steers;
  private final byte[] job;
  private final Class<T> type;
  private final SerializableFunction<T, String> key;
  private final RecordSignature.Source signatureSource;
  private transient RecordCodec<T> codec;
  private transient RecordSignature signature;

  /**
   * A form of records.
   *
   * @param name of the topic
   * @param job that writes them, which each says in its header
   * @param signature opens what signs them where the topic is one that steers
   */
  RecordSchema(
      Topic topic,
      String name,
      String job,
      Class<T> type,
      SerializableFunction<T, String> key,
      RecordSignature.Source signature) {
    this.topic = name;
    this.steers = topic.steers();
    this.job = job.getBytes(StandardCharsets.UTF_8);
    this.type = type;
    this.key = key;
    this.signatureSource = signature;
  }

  @Override
  public void open(SerializationSchema.InitializationContext context, KafkaSinkContext sink) {
    codec = RecordCodec.of(type);
    signature = steers ? signatureSource.open().orElse(null) : null;
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      T record, KafkaSinkContext context, Long timestamp) {
    byte[] id = key.apply(record).getBytes(StandardCharsets.UTF_8);
    ProducerRecord<byte[], byte[]> sent = new ProducerRecord<>(topic, id, codec.encode(record));
    sent.headers().add(StepsOwner.HEADER, job);
    if (signature != null) {
      byte[] header = signature.header(topic, id, sent.value(), System.currentTimeMillis());
      sent.headers().add(SourceBindings.HEADER, header);
    }
    return sent;
  }
}
