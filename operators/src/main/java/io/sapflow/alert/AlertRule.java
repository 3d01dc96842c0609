package io.sapflow.alert;

import java.io.Serializable;
import java.time.Duration;

/**
 * When an alert fires and when it resolves.
 *
 * @param name of the rule, the alert's name
 * @param severity critical, warning or info
 * @param threshold fires above it
 * @param hysteresis resolves when the value is not above the threshold less this
 * @param duration how long the value must have been on the other side before the alert changes; by
 *     the time of the reports, so that it can change at a report alone
 */
public record AlertRule(
    String name, String severity, double threshold, double hysteresis, Duration duration)
    implements Serializable {

  /** The rule on the harmful score of probed versions. */
  public static final String HARMFUL_SCORE = "harmful-score";

  /** Checks the parts. */
  public AlertRule {
    String key = "sapflow.alert." + name;
    if (!(threshold >= 0 && threshold <= 1)) {
      throw new IllegalArgumentException(
          key + ".threshold: found " + threshold + ", expected 0 to 1");
    }
    if (!(hysteresis >= 0 && hysteresis <= threshold)) {
      throw new IllegalArgumentException(
          key + ".hysteresis: found " + hysteresis + ", expected 0 to the threshold " + threshold);
    }
    if (duration.isNegative()) {
      throw new IllegalArgumentException(
          key + ".for: found " + duration.toMillis() + " ms, expected 0 or more");
    }
  }

  /** The rule on the harmful score. */
  public static AlertRule harmfulScore(double threshold, double hysteresis, Duration duration) {
    return new AlertRule(HARMFUL_SCORE, "critical", threshold, hysteresis, duration);
  }
}
