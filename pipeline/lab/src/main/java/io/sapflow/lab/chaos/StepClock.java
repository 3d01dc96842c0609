package io.sapflow.lab.chaos;

import io.sapflow.job.kafka.TopicReader;
import io.sapflow.schema.Topics;
import io.sapflow.schema.TrainingStep;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Knows when a step was last reported that had not been before, on a thread of its own: also in
 * transactions that are still open, so that the wait for the next checkpoint is not taken for
 * recovery, but not a step that a crash undid and that is made again.
 */
final class StepClock implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(50);

  private final Map<String, Long> newest = new HashMap<>();
  private final TopicThread<TrainingStep> thread;
  private volatile long last;

  StepClock(String bootstrapServers) {
    thread =
        TopicThread.start(
            "step-clock",
            bootstrapServers,
            clients -> TopicReader.uncommittedFromBeginning(clients, Topics.STEPS),
            POLL,
            TrainingStep.class,
            this::see,
            () -> {});
  }

  /** When the last new step was seen, in {@link System#nanoTime()}; 0 before the first. */
  long last() {
    return last;
  }

  private void see(TrainingStep step) {
    if (step.getStep() > newest.getOrDefault(step.getAdapterId(), 0L)) {
      newest.put(step.getAdapterId(), step.getStep());
      last = System.nanoTime();
    }
  }

  @Override
  public void close() {
    thread.close();
  }
}
