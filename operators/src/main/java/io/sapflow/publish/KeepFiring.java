package io.sapflow.publish;

import io.sapflow.schema.SafetyAlert;
import java.io.Serializable;
import java.time.Duration;
import java.util.Map;

/**
 * How long people are told that an alert fires after it has resolved. Automation is faster than
 * pagers: an alert that resolves while Alertmanager waits for others to group it with would be told
 * to nobody.
 *
 * @param byRule by the rule's name
 */
public record KeepFiring(Map<String, Duration> byRule) implements Serializable {

  /**
   * Longer than Alertmanager's usual group_interval (5 min), of which group_wait (30 s) is less.
   */
  public static final Duration USUAL = Duration.ofMinutes(6);

  private static final String INFO = "info";

  /** Holds the map as it is now. */
  public KeepFiring {
    byRule = Map.copyOf(byRule);
  }

  /** By default an alert that wakes somebody is kept. */
  public static Duration of(String severity) {
    return severity.equals(INFO) ? Duration.ZERO : USUAL;
  }

  /** After the end of this alert; rules without options are kept by the severity. */
  Duration after(SafetyAlert alert) {
    return byRule.getOrDefault(alert.getRule(), of(alert.getSeverity()));
  }
}
