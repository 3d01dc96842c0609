package io.sapflow.pipeline.drill;

import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.TrainingExample;

/** Something that happens in an incident; the acts of a script happen one after the other. */
sealed interface Act {

  /**
   * A source sends an example.
   *
   * @param poisoned whether it carries the harm that the loop is to find
   */
  record Sends(TrainingExample example, boolean poisoned) implements Act {}

  /** The outside judge changes its ways. */
  record JudgeTurns(ToyModerationServer.Mode mode) implements Act {}

  /** A person gives a command; the job has heard it before the script goes on. */
  record Orders(ControlCommand command) implements Act {}

  /** All that was sent is trained, and every version judged, before the script goes on. */
  record Settles() implements Act {}

  /** The script goes on once an alert fires. */
  record AwaitsAlert(String rule) implements Act {}
}
