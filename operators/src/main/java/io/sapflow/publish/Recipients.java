package io.sapflow.publish;

import io.sapflow.publish.Outbox.Standing;
import io.sapflow.publish.Recipient.Answer;
import io.sapflow.schema.SafetyAlert;
import java.util.List;

/** Several receivers, each of which is told of all; none waits for another. */
final class Recipients implements Recipient {

  private final List<WebhookSender> senders;
  private final long look;
  private final long repeat;

  /**
   * Receivers.
   *
   * @param look from telling to looking for the answer, milliseconds
   * @param repeat time from one telling to the next, milliseconds
   */
  Recipients(List<WebhookSender> senders, long look, long repeat) {
    this.senders = List.copyOf(senders);
    this.look = look;
    this.repeat = repeat;
  }

  @Override
  public Answers tell(SafetyAlert alert, long now) {
    int taken = 0;
    int underway = 0;
    long due = now + repeat;
    for (WebhookSender sender : senders) {
      Standing standing = sender.tell(alert, now);
      taken += standing.answer() == Answer.TAKEN ? 1 : 0;
      boolean waits = standing.answer() == Answer.UNDERWAY;
      underway += waits ? 1 : 0;
      long next = waits ? now + look : standing.told() + repeat;
      // One who hears of it no more has no next time.
      due = next > now ? Math.min(due, next) : due;
    }
    return new Answers(taken == senders.size(), taken > 0, underway == 0, due);
  }

  @Override
  public void forget(SafetyAlert alert) {
    senders.forEach(sender -> sender.forget(alert));
  }

  /** All threads are told to end before one of them is waited for. */
  @Override
  public void close() {
    senders.forEach(WebhookSender::end);
    senders.forEach(WebhookSender::close);
  }
}
