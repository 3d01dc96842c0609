package io.sapflow.pipeline.bench;

import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.Topics;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.UndecodableRecordException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads when a job's steps are made from now on, also those of transactions that are still open.
 */
final class StepTimes implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(20);

  /**
   * A step.
   *
   * @param millis when its report was written, epoch milliseconds
   */
  record Timed(long millis, TrainingStep step) {}

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final RecordCodec<TrainingStep> codec = RecordCodec.of(TrainingStep.class);

  StepTimes(String bootstrapServers) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", bootstrapServers);
    properties.put("isolation.level", "read_uncommitted");
    consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    TopicPartition steps = new TopicPartition(Topics.STEPS, 0);
    consumer.assign(List.of(steps));
    consumer.seekToEnd(List.of(steps));
    consumer.position(steps); // Now, not at the first poll.
  }

  /** Waits for the next steps that trained, until they hold as many examples. */
  List<Timed> next(int examples, Runnable check) {
    List<Timed> steps = new ArrayList<>();
    int seen = 0;
    while (seen < examples) {
      check.run();
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        TrainingStep step = decode(record);
        if (step.getExamples() > 0) {
          steps.add(new Timed(record.timestamp(), step));
          seen += step.getExamples();
        }
      }
    }
    return steps;
  }

  private TrainingStep decode(ConsumerRecord<byte[], byte[]> record) {
    try {
      return codec.decode(record.value());
    } catch (UndecodableRecordException e) {
      throw new IllegalStateException(record.topic() + " at offset " + record.offset(), e);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
