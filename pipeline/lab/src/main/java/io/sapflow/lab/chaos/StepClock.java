package io.sapflow.lab.chaos;

import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.job.kafka.TopicReader;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.Topics;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.UndecodableRecordException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Knows when a step was last reported that had not been before, on a thread of its own: also in
 * transactions that are still open, so that the wait for the next checkpoint is not taken for
 * recovery, but not a step that a crash undid and that is made again.
 */
final class StepClock implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(50);

  private final String bootstrapServers;
  private final RecordCodec<TrainingStep> codec = RecordCodec.of(TrainingStep.class);
  private final Map<String, Long> newest = new HashMap<>();
  private final Thread thread = new Thread(this::run, "step-clock");
  private volatile boolean closed;
  private volatile long last;

  StepClock(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
    thread.setDaemon(true);
    thread.start();
  }

  /** When the last new step was seen, in {@link System#nanoTime()}; 0 before the first. */
  long last() {
    return last;
  }

  private void run() {
    KafkaClients client =
        new KafkaClients(bootstrapServers, Map.of("reconnect.backoff.max.ms", "100"));
    try (TopicReader reader = TopicReader.uncommittedFromBeginning(client, Topics.STEPS)) {
      while (!closed) {
        reader.poll(POLL, this::see);
      }
    }
  }

  private void see(ConsumerRecord<byte[], byte[]> record) {
    try {
      TrainingStep step = codec.decode(record.value());
      if (step.getStep() > newest.getOrDefault(step.getAdapterId(), 0L)) {
        newest.put(step.getAdapterId(), step.getStep());
        last = System.nanoTime();
      }
    } catch (UndecodableRecordException e) {
      throw new IllegalStateException(record.topic() + " at offset " + record.offset(), e);
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join(Duration.ofSeconds(10).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
