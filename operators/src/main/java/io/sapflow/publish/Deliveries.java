package io.sapflow.publish;

import io.sapflow.publish.Recipient.Answers;
import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.SafetyAlert;
import java.time.Duration;

/**
 * When an alert is told, and when again: until it is taken, and while it fires where the receiver
 * wants that. The end of an alert that a receiver refuses is given up after a time.
 */
final class Deliveries {

  private final Recipient recipient;
  private final boolean repeats;
  private final long repeat;
  private final long giveUp;

  /**
   * Deliveries to a recipient.
   *
   * @param repeats whether an alert that fires is told again after it was taken
   * @param repeat time from one telling to the next
   * @param giveUp how long after its end an alert is told to one who refuses it
   */
  Deliveries(Recipient recipient, boolean repeats, Duration repeat, Duration giveUp) {
    this.recipient = recipient;
    this.repeats = repeats;
    this.repeat = repeat.toMillis();
    this.giveUp = giveUp.toMillis();
  }

  /** Tells of an alert. */
  Delivery tell(SafetyAlert alert, long now) {
    return next(new Delivery(alert, false, now), now);
  }

  /** What is next when a delivery is due; null where nothing is left to do. */
  Delivery next(Delivery delivery, long now) {
    SafetyAlert alert = delivery.alert();
    if (delivery.acknowledged() && !repeats) {
      return new Delivery(alert, true, now + repeat);
    }
    Answers answers = recipient.tell(alert, now);
    if (alert.getStatus() == AlertStatus.RESOLVED && isDone(alert, answers, now)) {
      recipient.forget(alert);
      return null;
    }
    return new Delivery(alert, answers.all(), answers.due());
  }

  private boolean isDone(SafetyAlert alert, Answers answers, long now) {
    long end = alert.getEndsAt() == null ? alert.getStartsAt() : alert.getEndsAt();
    return answers.all() || (answers.over() && now - end >= giveUp);
  }
}
