package io.sapflow.publish;

import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.SafetyAlert;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** An alert in words for templates: ids, figures and times, never an answer's text. */
final class AlertWords {

  private AlertWords() {}

  /**
   * The words by name; those that there are none for are empty.
   *
   * @param annotations of the alert, as receivers see them
   * @param key that opens the receiver; null for none
   */
  static Map<String, String> of(
      SafetyAlert alert, AlertOrigin origin, Map<String, String> annotations, String key) {
    boolean fires = alert.getStatus() == AlertStatus.FIRING;
    String address = origin.address(alert.getAdapterId(), alert.getRule());
    Map<String, String> words = new HashMap<>();
    words.put("STATUS", alert.getStatus().name());
    words.put("action", fires ? "trigger" : "resolve");
    words.put("color", color(alert.getSeverity(), fires));
    words.put("severity", alert.getSeverity());
    words.put("rule", alert.getRule());
    words.put("adapter", alert.getAdapterId());
    words.put("fingerprint", alert.getFingerprint());
    words.put("value", Double.toString(alert.getValue()));
    words.put("threshold", Double.toString(alert.getThreshold()));
    words.put("startsAt", Instant.ofEpochMilli(alert.getStartsAt()).toString());
    words.put("endsAt", fires ? "" : Instant.ofEpochMilli(AlertJson.end(alert)).toString());
    words.put("job", origin.job());
    words.put("environment", origin.environment() == null ? "" : origin.environment());
    words.put("summary", annotations.getOrDefault("summary", ""));
    words.put("description", annotations.getOrDefault("description", ""));
    words.put("runbook", annotations.getOrDefault(AlertJson.RUNBOOK, ""));
    words.put("address", address == null ? "" : address);
    words.put("key", key == null ? "" : key);
    return words;
  }

  private static String color(String severity, boolean fires) {
    if (!fires) {
      return "good";
    }
    return severity.equals("critical") ? "danger" : "warning";
  }
}
