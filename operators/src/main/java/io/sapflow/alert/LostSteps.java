package io.sapflow.alert;

import io.sapflow.schema.SignalBook;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TrainingStep;
import java.util.Map;

/** The rule training-diverged: the share of recent steps that taught nothing. */
final class LostSteps {

  /** More than guessing among 160,000 tokens would lose, in nats. */
  private static final double GUESSING = 12;

  /** Weight of a step in the share: about ten steps count. */
  private static final double STEP_WEIGHT = 0.1;

  private final SignalBook.Builder book;
  private final SignalReadings readings;

  LostSteps(SignalBook.Builder book, SignalReadings readings) {
    this.book = book;
    this.readings = readings;
  }

  /** Takes a step that trained, or was to train. */
  Reading after(TrainingStep step, long time) {
    boolean lost =
        step.getOutcome() == StepStatus.SKIPPED
            || step.getTaskLoss() == null
            || !(step.getTaskLoss() <= GUESSING);
    book.setLostSteps(book.getLostSteps() + STEP_WEIGHT * ((lost ? 1 : 0) - book.getLostSteps()));
    return reading(step, time);
  }

  /** The lost steps have been undone. */
  Reading cleared(TrainingStep rollback, long time) {
    book.setLostSteps(0);
    return reading(rollback, time);
  }

  private Reading reading(TrainingStep step, long time) {
    return readings.of(
        Rule.TRAINING_DIVERGED,
        Map.of(),
        book.getLostSteps(),
        time,
        SignalReadings.words("share %.2f of recent steps lost", book.getLostSteps()),
        step.getReason() == null ? "training goes on" : step.getReason(),
        step.getOffsets());
  }
}
