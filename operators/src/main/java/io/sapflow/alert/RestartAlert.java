package io.sapflow.alert;

import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.SafetyAlert;
import java.util.Map;
import java.util.TreeMap;

/**
 * The alert that a job restarts again and again. Whoever watches the job raises it: what the job
 * writes itself becomes visible with a checkpoint, which it does not come to.
 *
 * @param job its name
 * @param runbook address of the page whose section tells what to do
 */
public record RestartAlert(String job, String runbook) {

  /** Its rule, and its section in the runbook. */
  public static final String RULE = "restart-loop";

  /** In the place of an adapter: it is about all of them. */
  public static final String ALL_ADAPTERS = "*";

  private static final String SEVERITY = "critical";

  /**
   * The job has begun to.
   *
   * @param restarts within a minute
   * @param most that are borne
   * @param cause of the last, in one line
   * @param time epoch milliseconds
   */
  public SafetyAlert firing(int restarts, int most, String cause, long time) {
    return alert(restarts, most, "job " + job + " restarts again and again: " + cause, time)
        .setStatus(AlertStatus.FIRING)
        .build();
  }

  /**
   * It has run for a minute without one.
   *
   * @param startsAt when the alert fired, epoch milliseconds
   * @param time epoch milliseconds
   */
  public SafetyAlert resolved(int most, long startsAt, long time) {
    return alert(0, most, "job " + job + " has run for a minute without a restart", startsAt)
        .setStatus(AlertStatus.RESOLVED)
        .setEndsAt(time)
        .build();
  }

  private SafetyAlert.Builder alert(int restarts, int most, String summary, long startsAt) {
    TreeMap<String, String> labels =
        new TreeMap<>(
            Map.of("alertname", RULE, "adapter", ALL_ADAPTERS, "job", job, "severity", SEVERITY));
    return SafetyAlert.newBuilder()
        .setFingerprint(Alerts.fingerprint(labels))
        .setSeverity(SEVERITY)
        .setRule(RULE)
        .setAdapterId(ALL_ADAPTERS)
        .setValue(restarts)
        .setThreshold(most)
        .setLabels(new TreeMap<>(labels))
        .setAnnotations(
            new TreeMap<>(Map.of("summary", summary, "runbook_url", runbook + "#" + RULE)))
        .setStartsAt(startsAt);
  }
}
