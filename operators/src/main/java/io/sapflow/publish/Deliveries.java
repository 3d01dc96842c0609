package io.sapflow.publish;

import io.sapflow.publish.Recipient.Answers;
import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.SafetyAlert;
import java.time.Instant;
import java.util.TreeMap;

/**
 * When an alert is told, and when again: until it is taken, while it fires where the receiver wants
 * that, and for a time after it has resolved. The end of an alert that a receiver refuses is given
 * up after a time, and so is one that an Alertmanager does not take, which ends it then by itself.
 */
final class Deliveries {

  private final Recipient recipient;
  private final KeepFiring keepFiring;
  private final boolean repeats;
  private final long repeat;
  private final long hold;

  /** Deliveries to a recipient, as settings have them. */
  Deliveries(Recipient recipient, WebhookSettings settings) {
    this.recipient = recipient;
    this.keepFiring = settings.keepFiring();
    this.repeats = settings.repeats();
    this.repeat = settings.repeat().toMillis();
    this.hold = settings.hold().toMillis();
  }

  /**
   * Tells of an alert.
   *
   * @param before where the telling of its fingerprint stands; null before the first
   */
  Delivery tell(Delivery before, SafetyAlert alert, long now) {
    boolean ends =
        before != null && isFiring(before.alert()) && !isFiring(alert) && recipient.isSomebody();
    if (!ends || keepFiring.after(alert).isZero()) {
      return next(new Delivery(alert, false, now), now);
    }
    if (before.cleared() != null) {
      return before;
    }
    boolean known = before.acknowledged();
    Long heldFrom = known ? now : null;
    // One who hears of changes alone hears of the end when it is told as one.
    return repeats
        ? next(new Delivery(cleared(before.alert(), alert), false, now, alert, heldFrom), now)
        : next(new Delivery(before.alert(), known, now, alert, heldFrom), now);
  }

  /** What is next when a delivery is due; null where nothing is left to do. */
  Delivery next(Delivery delivery, long now) {
    SafetyAlert alert = delivery.alert();
    Answers answers =
        delivery.acknowledged() && !repeats
            ? new Answers(true, true, true, now + repeat)
            : recipient.tell(alert, now);
    if (delivery.cleared() != null) {
      return held(delivery, answers, now);
    }
    if (!isFiring(alert)
        && (answers.all() || ((answers.over() || repeats) && now - AlertJson.end(alert) >= hold))) {
      recipient.forget(alert);
      return null;
    }
    return new Delivery(alert, answers.all(), answers.due());
  }

  /**
   * One that has resolved goes on firing until its time is over, which begins when somebody knows
   * of it: an alert of an outage is told, too. What nobody takes ends all the same.
   */
  private Delivery held(Delivery delivery, Answers answers, long now) {
    SafetyAlert cleared = delivery.cleared();
    Long from = delivery.heldFrom() == null && answers.any() ? (Long) now : delivery.heldFrom();
    long keep = keepFiring.after(cleared).toMillis();
    long end = from == null ? AlertJson.end(cleared) + Math.max(hold, keep) : from + keep;
    return now >= end
        ? next(new Delivery(cleared, false, now), now)
        : new Delivery(
            delivery.alert(), answers.all(), Math.min(answers.due(), end), cleared, from);
  }

  private static boolean isFiring(SafetyAlert alert) {
    return alert.getStatus() == AlertStatus.FIRING;
  }

  /** What people are told of an alert that has resolved and is told as firing. */
  private static SafetyAlert cleared(SafetyAlert firing, SafetyAlert resolved) {
    TreeMap<String, String> words = new TreeMap<>(firing.getAnnotations());
    words.put(
        "cleared",
        Instant.ofEpochMilli(AlertJson.end(resolved))
            + ": "
            + resolved.getAnnotations().getOrDefault("summary", "it has resolved"));
    return SafetyAlert.newBuilder(firing).setAnnotations(words).build();
  }
}
