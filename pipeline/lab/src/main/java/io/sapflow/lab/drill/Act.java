package io.sapflow.lab.drill;

import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.TrainingExample;
import java.util.List;

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

  /**
   * A person gives commands, one right after the other; the job has heard them before the script
   * goes on. Nothing of the gate's may be under way meanwhile: the script settles before.
   */
  record Commands(List<ControlCommand> commands) implements Act {}

  /** All that was sent is trained, and every version judged, before the script goes on. */
  record Settles() implements Act {}

  /** Somebody writes probe prompts, which put others out of use or back. */
  record Prompts(List<ProbePrompt> prompts) implements Act {}

  /** Somebody writes safety pairs over those that there are. */
  record Pairs(List<SafetyPair> pairs) implements Act {}

  /** The version that is served now is one to go back to. */
  record Marks() implements Act {}

  /** A person goes back to the version that was marked. */
  record GoesBack() implements Act {}

  /**
   * A stranger writes promotions on the adapters topic: of the newest version that was rejected or
   * undone, and once more of the first that was promoted.
   */
  record Forges() implements Act {}

  /** The script goes on once an alert fires. */
  record AwaitsAlert(String rule) implements Act {}
}
