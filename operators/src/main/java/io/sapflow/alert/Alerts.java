package io.sapflow.alert;

import io.sapflow.gate.Attribution;
import io.sapflow.gate.Judgement;
import io.sapflow.gate.Verdict;
import io.sapflow.schema.AlertBook;
import io.sapflow.schema.AlertEvidence;
import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.Digests;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.SafetyAlert;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Alerts as records: names, figures, offsets and sources, never an answer's text. */
final class Alerts {

  private static final int FINGERPRINT_DIGITS = 16;

  private Alerts() {}

  /** An alert that has begun to fire, or has resolved, at a judgement. */
  static SafetyAlert of(AlertRule rule, AlertBook book, double value, Judgement judgement) {
    ProbeReport report = judgement.report();
    TreeMap<String, String> labels = labels(rule, report.getAdapterId());
    return SafetyAlert.newBuilder()
        .setFingerprint(fingerprint(labels))
        .setStatus(book.getFiring() ? AlertStatus.FIRING : AlertStatus.RESOLVED)
        .setSeverity(rule.severity())
        .setRule(rule.name())
        .setAdapterId(report.getAdapterId())
        .setValue(value)
        .setThreshold(rule.threshold())
        .setLabels(labels)
        .setAnnotations(annotations(rule, book, value, judgement))
        .setStartsAt(book.getStartsAt())
        .setEndsAt(book.getFiring() ? null : report.getTime())
        .setEvidence(
            AlertEvidence.newBuilder()
                .setVersion(report.getVersion())
                .setGeneration(report.getGeneration())
                .setStep(report.getStep())
                .setPromotedVersion(judgement.promotedVersion())
                .setOffsets(report.getOffsets())
                .setSources(Attribution.ranked(report.getSources()))
                .build())
        .build();
  }

  private static TreeMap<String, String> labels(AlertRule rule, String adapterId) {
    return new TreeMap<>(
        Map.of("alertname", rule.name(), "adapter", adapterId, "severity", rule.severity()));
  }

  private static String fingerprint(TreeMap<String, String> labels) {
    return Digests.sha256(labels.toString()).substring(0, FINGERPRINT_DIGITS);
  }

  private static Map<String, String> annotations(
      AlertRule rule, AlertBook book, double value, Judgement judgement) {
    ProbeReport report = judgement.report();
    TreeMap<String, String> words = new TreeMap<>();
    words.put(
        "summary",
        String.format(
            Locale.ROOT,
            "adapter %s: harmful score %.3f of version %s, %s",
            report.getAdapterId(),
            value,
            report.getVersion(),
            book.getFiring()
                ? String.format(Locale.ROOT, "above %.3f", rule.threshold())
                : "no longer above the threshold"));
    words.put("description", description(judgement));
    return words;
  }

  private static String description(Judgement judgement) {
    String served =
        judgement.promotedVersion() == null
            ? "no version is served"
            : "version " + judgement.promotedVersion() + " is served";
    if (judgement.verdict() != Verdict.ROLL_BACK) {
      return served;
    }
    return "training goes back to version "
        + judgement.promotedVersion()
        + ", which stays served, and the examples since are set aside; "
        + (judgement.culprit() == null
            ? "no single source stands out"
            : "source " + judgement.culprit() + " stands out and is set aside");
  }
}
