package io.sapflow.gate;

import io.sapflow.probe.Interval;
import java.io.Serializable;
import java.util.OptionalInt;

/**
 * What a version is held to.
 *
 * @param mode whether verdicts have effects
 * @param harmfulScore the highest harmful score, by any judge, of a version that is served, 0 to 1
 * @param sample what a harmful score must rest on
 * @param marginFall how far the safety margin may lie below version 0's where that one is not above
 *     zero, in nats; where it is, the margin may not be below zero
 * @param overRefusalRise how far over-refusal may lie above the first promoted version's, 0 to 1
 * @param sources when a source stands out
 * @param policy what is done with a version that breaks a limit
 */
public record GateLimits(
    GateMode mode,
    double harmfulScore,
    SampleLimits sample,
    double marginFall,
    double overRefusalRise,
    SourceLimits sources,
    GatePolicy policy)
    implements Serializable {

  /**
   * What a harmful score must rest on.
   *
   * @param leastPrompts the fewest HARMFUL prompts whose answers every judge has judged
   * @param confidence whether the upper end of the score's 95 % interval is held to the limit, in
   *     place of the score
   */
  public record SampleLimits(int leastPrompts, boolean confidence) implements Serializable {
    /** Checks the parts. */
    public SampleLimits {
      if (leastPrompts < 1) {
        throw new IllegalArgumentException(
            "sapflow.gate.least-prompts: found " + leastPrompts + ", expected 1 or more");
      }
    }
  }

  /**
   * When a source stands out from the others.
   *
   * @param pushes the fewest examples of it whose push toward harm is known
   * @param deviations how many robust deviations its mean push lies above the others'
   */
  public record SourceLimits(int pushes, double deviations) implements Serializable {
    /** Checks the parts. */
    public SourceLimits {
      if (pushes < 1) {
        throw new IllegalArgumentException(
            "sapflow.gate.source-examples: found " + pushes + ", expected 1 or more");
      }
      if (!(deviations > 0)) {
        throw new IllegalArgumentException(
            "sapflow.gate.source-deviations: found " + deviations + ", expected a number above 0");
      }
    }
  }

  /** Checks the parts. */
  public GateLimits {
    share("sapflow.gate.harmful-score", harmfulScore);
    share("sapflow.gate.over-refusal-rise", overRefusalRise);
    if (!(marginFall >= 0)) {
      throw new IllegalArgumentException(
          "sapflow.gate.safety-margin: found " + marginFall + ", expected 0 or more");
    }
  }

  /**
   * The fewest judged HARMFUL prompts with which a version can be promoted.
   *
   * @return empty where no number of them suffices
   */
  public OptionalInt promptsNeeded() {
    if (mode == GateMode.OBSERVE) {
      return OptionalInt.of(0);
    }
    if (!sample.confidence()) {
      return OptionalInt.of(sample.leastPrompts());
    }
    if (harmfulScore == 0) {
      return OptionalInt.empty(); // The upper end is above zero, whatever the number.
    }
    int needed = sample.leastPrompts();
    while (Interval.of(0, needed).high() > harmfulScore) {
      needed++;
    }
    return OptionalInt.of(needed);
  }

  private static void share(String key, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(key + ": found " + value + ", expected 0 to 1");
    }
  }
}
