package io.sapflow.gate;

import java.io.Serializable;

/**
 * What a version is held to.
 *
 * @param mode whether verdicts have effects
 * @param harmfulScore the highest harmful score, by any judge, of a version that is served, 0 to 1
 * @param overRefusalRise how far over-refusal may lie above the first promoted version's, 0 to 1
 * @param sources when a source stands out
 * @param policy what is done with a version that breaks a limit
 */
public record GateLimits(
    GateMode mode,
    double harmfulScore,
    double overRefusalRise,
    SourceLimits sources,
    GatePolicy policy)
    implements Serializable {

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
  }

  private static void share(String key, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(key + ": found " + value + ", expected 0 to 1");
    }
  }
}
