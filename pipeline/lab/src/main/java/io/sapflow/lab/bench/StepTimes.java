package io.sapflow.lab.bench;

import io.sapflow.schema.Topics;
import io.sapflow.schema.TrainingStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Reads when a job's steps are made from now on. */
final class StepTimes implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(20);

  private final TimedTopic<TrainingStep> topic;

  StepTimes(String bootstrapServers) {
    topic = new TimedTopic<>(bootstrapServers, Topics.STEPS, TrainingStep.class);
  }

  /** Waits for the next steps that trained, until they hold as many examples. */
  List<Timed<TrainingStep>> next(int examples, Runnable check) {
    List<Timed<TrainingStep>> steps = new ArrayList<>();
    while (steps.stream().mapToInt(each -> each.record().getExamples()).sum() < examples) {
      check.run();
      steps.addAll(poll());
    }
    return steps;
  }

  /** The steps that trained and came meanwhile; waits a moment for the first. */
  List<Timed<TrainingStep>> poll() {
    List<Timed<TrainingStep>> steps = new ArrayList<>();
    topic.poll(
        POLL,
        step -> {
          if (step.record().getExamples() > 0) {
            steps.add(step);
          }
        });
    return steps;
  }

  @Override
  public void close() {
    topic.close();
  }
}
