package io.sapflow.lab.bench;

import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.job.kafka.TopicReader;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.UndecodableRecordException;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads what a job writes to a topic from now on, and when, also of transactions that are still
 * open.
 */
final class TimedTopic<T extends SpecificRecord> implements AutoCloseable {

  private final TopicReader reader;
  private final RecordCodec<T> codec;

  TimedTopic(String bootstrapServers, String topic, Class<T> type) {
    reader = TopicReader.uncommittedFromEnd(KafkaClients.at(bootstrapServers), topic);
    codec = RecordCodec.of(type);
  }

  /** Hands on what came meanwhile; waits at most as long as said for the first. */
  void poll(Duration wait, Consumer<Timed<T>> taker) {
    reader.poll(wait, record -> taker.accept(new Timed<>(record.timestamp(), decoded(record))));
  }

  private T decoded(ConsumerRecord<byte[], byte[]> record) {
    try {
      return codec.decode(record.value());
    } catch (UndecodableRecordException e) {
      throw new IllegalStateException(record.topic() + " at offset " + record.offset(), e);
    }
  }

  @Override
  public void close() {
    reader.close();
  }
}
