package io.sapflow.alert;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * When an alert fires and when it resolves.
 *
 * @param rule what is watched
 * @param severity critical, warning or info
 * @param threshold fires above it
 * @param hysteresis resolves when the value is not above the threshold less this
 * @param duration how long the value must have been on the other side before the alert changes; it
 *     changes when a value comes, not in between
 * @param action what the job does when it fires
 */
public record AlertRule(
    Rule rule,
    String severity,
    double threshold,
    double hysteresis,
    Duration duration,
    AlertAction action)
    implements Serializable {

  private static final List<String> SEVERITIES = List.of("critical", "warning", "info");

  /** Checks the parts. */
  public AlertRule {
    String key = "sapflow.alert." + rule.key();
    if (!SEVERITIES.contains(severity)) {
      throw new IllegalArgumentException(
          key + ".severity: found " + severity + ", expected critical, warning or info");
    }
    if (!(threshold >= 0 && threshold <= rule.most())) {
      throw new IllegalArgumentException(
          key
              + ".threshold: found "
              + threshold
              + ", expected 0 "
              + (rule.most() == 1 ? "to 1" : "or more"));
    }
    if (!(hysteresis >= 0 && hysteresis <= threshold)) {
      throw new IllegalArgumentException(
          key + ".hysteresis: found " + hysteresis + ", expected 0 to the threshold " + threshold);
    }
    if (duration.isNegative()) {
      throw new IllegalArgumentException(
          key + ".for: found " + duration.toMillis() + " ms, expected 0 or more");
    }
    if (action == AlertAction.QUARANTINE_SOURCE && rule != Rule.SOURCE_SUSPICIOUS) {
      throw new IllegalArgumentException(
          key
              + ".action: found quarantine_source, expected none or pause: its alert names no"
              + " source");
    }
  }

  /** A rule as it is by default. */
  public static AlertRule of(Rule rule) {
    return new AlertRule(
        rule,
        rule.severity(),
        rule.threshold(),
        rule.hysteresis(),
        Duration.ZERO,
        AlertAction.NONE);
  }
}
