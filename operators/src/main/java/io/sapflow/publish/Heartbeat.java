package io.sapflow.publish;

import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.SafetyAlert;
import java.time.Duration;
import java.util.Map;

/**
 * The alert that fires while the job lives: whoever misses it knows that no other alert can come.
 * It is told as checkpoints complete, so that a job that stands still, or restarts again and again,
 * falls silent.
 */
final class Heartbeat {

  static final String RULE = "heartbeat";

  /** It resolves when so many have not come. */
  private static final int PATIENCE = 3;

  private final long every;
  private final long lasts;
  private final long startsAt;
  private Long last;

  /**
   * A heart that has not beaten yet.
   *
   * @param every time between two beats
   * @param commits time from one checkpoint to the next
   * @param startsAt when the job began, epoch milliseconds
   */
  Heartbeat(Duration every, Duration commits, long startsAt) {
    this.every = every.toMillis();
    this.lasts = PATIENCE * Math.max(this.every, commits.toMillis());
    this.startsAt = startsAt;
  }

  /** What is to be told at a checkpoint; null where the last beat was a moment ago. */
  SafetyAlert beat(long now) {
    if (last != null && now - last < every) {
      return null;
    }
    last = now;
    return SafetyAlert.newBuilder()
        .setFingerprint(RULE)
        .setStatus(AlertStatus.FIRING)
        .setSeverity("none")
        .setRule(RULE)
        .setAdapterId("*")
        .setValue(1)
        .setThreshold(0)
        .setLabels(Map.of("alertname", RULE, "severity", "none"))
        .setAnnotations(
            Map.of(
                "summary",
                "the job lives; when this alert is missing, no other can come",
                "description",
                "route it to a dead man's switch, not to people"))
        .setStartsAt(startsAt)
        .setEndsAt(now + lasts)
        .build();
  }
}
