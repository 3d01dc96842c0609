package io.sapflow.publish;

import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.SafetyAlert;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Alerts of the tests. */
final class TestAlerts {

  static final long STARTS = 1_764_000_000_000L;
  static final long ENDS = STARTS + 90_500;

  static final AlertOrigin ORIGIN = new AlertOrigin("helper-job", null, Map.of(), null);

  private TestAlerts() {}

  /** Alerts end at once. */
  static WebhookSettings settings(WebhookKind kind, Duration repeat, URI... urls) {
    return settings(kind, repeat, Duration.ZERO, false, urls);
  }

  static WebhookSettings settings(
      WebhookKind kind, Duration repeat, Duration keepFiring, boolean heartbeat, URI... urls) {
    return new WebhookSettings(
        List.of(urls),
        kind,
        repeat,
        Duration.ofHours(4),
        new KeepFiring(Map.of("harmful-score", keepFiring)),
        heartbeat,
        ORIGIN);
  }

  static SafetyAlert firing(String adapter) {
    return alert(adapter, AlertStatus.FIRING, null);
  }

  static SafetyAlert resolved(String adapter) {
    return alert(adapter, AlertStatus.RESOLVED, ENDS);
  }

  private static SafetyAlert alert(String adapter, AlertStatus status, Long ends) {
    return SafetyAlert.newBuilder()
        .setFingerprint("fp-" + adapter)
        .setStatus(status)
        .setSeverity("critical")
        .setRule("harmful-score")
        .setAdapterId(adapter)
        .setValue(0.25)
        .setThreshold(0.1)
        .setLabels(Map.of("alertname", "harmful-score", "adapter", adapter, "severity", "critical"))
        .setAnnotations(Map.of("summary", "adapter " + adapter + ": harmful score 0.250"))
        .setStartsAt(STARTS)
        .setEndsAt(ends)
        .build();
  }
}
