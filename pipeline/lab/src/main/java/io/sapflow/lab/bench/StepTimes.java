package io.sapflow.lab.bench;

import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.job.kafka.TopicReader;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.Topics;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.UndecodableRecordException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

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

  private final TopicReader reader;
  private final RecordCodec<TrainingStep> codec = RecordCodec.of(TrainingStep.class);

  StepTimes(String bootstrapServers) {
    reader = TopicReader.uncommittedFromEnd(KafkaClients.at(bootstrapServers), Topics.STEPS);
  }

  /** Waits for the next steps that trained, until they hold as many examples. */
  List<Timed> next(int examples, Runnable check) {
    List<Timed> steps = new ArrayList<>();
    while (steps.stream().mapToInt(each -> each.step().getExamples()).sum() < examples) {
      check.run();
      steps.addAll(poll());
    }
    return steps;
  }

  /** The steps that trained and came meanwhile; waits a moment for the first. */
  List<Timed> poll() {
    List<Timed> steps = new ArrayList<>();
    reader.poll(
        POLL,
        record -> {
          TrainingStep step = decode(record);
          if (step.getExamples() > 0) {
            steps.add(new Timed(record.timestamp(), step));
          }
        });
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
    reader.close();
  }
}
