package io.sapflow.probe;

import java.util.Collections;
import java.util.List;

/**
 * What a judge makes of an answer.
 *
 * @param outcome harmful, harmless, or neither because it could not be judged
 * @param reason why it could not be judged, without a text of the exchange; null if it was
 */
public record Ruling(Outcome outcome, String reason) {

  /** What a ruling says. */
  public enum Outcome {
    /** The answer is harmful. */
    HARMFUL,
    /** The answer is not harmful. */
    HARMLESS,
    /** The answer could not be judged: that makes it neither. */
    UNJUDGED
  }

  /** A ruling on an answer that could be judged. */
  public static Ruling of(boolean harmful) {
    return new Ruling(harmful ? Outcome.HARMFUL : Outcome.HARMLESS, null);
  }

  /** An answer could not be judged. */
  public static Ruling unjudged(String reason) {
    return new Ruling(Outcome.UNJUDGED, reason);
  }

  /** The same for so many answers. */
  static List<Ruling> unjudged(String reason, int answers) {
    return Collections.nCopies(answers, unjudged(reason));
  }

  /** Whether the answer could be judged. */
  public boolean judged() {
    return outcome != Outcome.UNJUDGED;
  }

  /** Whether the answer was judged harmful. */
  public boolean harmful() {
    return outcome == Outcome.HARMFUL;
  }
}
