package io.sapflow.publish;

import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.SafetyAlert;
import java.time.Duration;

/**
 * When an alert is told, and when again: until it is taken, and while it fires where the receiver
 * wants that. A refused one is told again when it changes, or after a restart.
 */
final class Deliveries {

  /** From telling to looking for the answer. */
  private static final long LOOK = Duration.ofSeconds(5).toMillis();

  private final Recipient recipient;
  private final boolean repeats;
  private final long repeat;
  private final long look;

  /**
   * Deliveries to a recipient.
   *
   * @param repeats whether an alert that fires is told again after it was taken
   * @param repeat time from one telling to the next
   */
  Deliveries(Recipient recipient, boolean repeats, Duration repeat) {
    this.recipient = recipient;
    this.repeats = repeats;
    this.repeat = repeat.toMillis();
    this.look = Math.min(LOOK, Math.max(1, this.repeat / 2));
  }

  /** Tells of an alert. */
  Delivery tell(SafetyAlert alert, long now) {
    recipient.tell(alert);
    return new Delivery(alert, false, now + look);
  }

  /** What is next when a delivery is due; null where nothing is left to do. */
  Delivery next(Delivery delivery, long now) {
    SafetyAlert alert = delivery.alert();
    if (delivery.acknowledged()) {
      return repeats ? tell(alert, now) : new Delivery(alert, true, now + repeat);
    }
    return switch (recipient.answer(alert)) {
      case TAKEN -> taken(alert, now);
      case REFUSED -> new Delivery(alert, false, now + repeat);
      case UNDERWAY -> new Delivery(alert, false, now + look);
      case FAILED, UNKNOWN -> tell(alert, now);
    };
  }

  private Delivery taken(SafetyAlert alert, long now) {
    return alert.getStatus() == AlertStatus.FIRING
        ? new Delivery(alert, true, now + repeat - look)
        : null;
  }
}
