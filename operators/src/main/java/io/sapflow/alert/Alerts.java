package io.sapflow.alert;

import io.sapflow.schema.AlertBook;
import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.Digests;
import io.sapflow.schema.SafetyAlert;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Alerts as records: names, figures, offsets and sources, never an answer's text. */
final class Alerts {

  private static final int FINGERPRINT_DIGITS = 16;

  private Alerts() {}

  /** An alert that has begun to fire, or has resolved, at a reading. */
  static SafetyAlert of(
      String adapterId, AlertRule rule, AlertBook book, Reading reading, String runbook) {
    // What resolves is what fired, whatever the rule's severity is by now.
    String severity = book.getSeverity() == null ? rule.severity() : book.getSeverity();
    TreeMap<String, String> labels = labels(adapterId, rule, severity, reading);
    return SafetyAlert.newBuilder()
        .setFingerprint(fingerprint(labels))
        .setStatus(book.getFiring() ? AlertStatus.FIRING : AlertStatus.RESOLVED)
        .setSeverity(severity)
        .setRule(rule.rule().key())
        .setAdapterId(adapterId)
        .setValue(reading.value())
        .setThreshold(rule.threshold())
        .setLabels(labels)
        .setAnnotations(annotations(adapterId, rule, book, reading, runbook))
        .setStartsAt(book.getStartsAt())
        .setEndsAt(book.getFiring() ? null : reading.time())
        .setEvidence(reading.evidence())
        .build();
  }

  private static TreeMap<String, String> labels(
      String adapterId, AlertRule rule, String severity, Reading reading) {
    TreeMap<String, String> labels = new TreeMap<>(reading.labels());
    labels.put("alertname", rule.rule().key());
    labels.put("adapter", adapterId);
    labels.put("severity", severity);
    return labels;
  }

  /** A digest of labels, equal for FIRING and RESOLVED. */
  static String fingerprint(TreeMap<String, String> labels) {
    return Digests.sha256(labels.toString()).substring(0, FINGERPRINT_DIGITS);
  }

  private static Map<String, String> annotations(
      String adapterId, AlertRule rule, AlertBook book, Reading reading, String runbook) {
    TreeMap<String, String> words = new TreeMap<>();
    words.put(
        "summary",
        String.format(
            Locale.ROOT,
            book.getFiring()
                ? "adapter %s: %s, above %.3f"
                : "adapter %s: %s, no longer above %.3f",
            adapterId,
            reading.what(),
            rule.threshold()));
    words.put("description", reading.doing() + byItself(rule, book));
    words.put("runbook_url", runbook + "#" + rule.rule().key());
    return words;
  }

  /** What the rule itself commands, in words. */
  private static String byItself(AlertRule rule, AlertBook book) {
    if (!book.getFiring()) {
      return "";
    }
    return switch (rule.action()) {
      case NONE -> "";
      case PAUSE -> "; the adapter is paused because of this alert";
      case QUARANTINE_SOURCE -> "; the source is set aside because of this alert";
    };
  }
}
