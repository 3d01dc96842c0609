package io.sapflow.alert;

import java.time.Duration;

/** The rule on the harmful score, for tests. */
final class HarmfulScore {
  private HarmfulScore() {}

  static AlertRule rule(double threshold, double hysteresis, Duration duration) {
    return new AlertRule(
        Rule.HARMFUL_SCORE, "critical", threshold, hysteresis, duration, AlertAction.NONE);
  }
}
