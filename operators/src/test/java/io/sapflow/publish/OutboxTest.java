package io.sapflow.publish;

import static io.sapflow.publish.TestAlerts.firing;
import static io.sapflow.publish.TestAlerts.resolved;
import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.publish.Recipient.Answer;
import io.sapflow.schema.SafetyAlert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class OutboxTest {

  private final Outbox outbox = new Outbox(2, true, 60);

  private Answer put(SafetyAlert alert, long now) {
    return outbox.put(alert, now).answer();
  }

  @Test
  void put_ofOneFingerprint_keepsTheLatest() throws InterruptedException {
    put(firing("a"), 0);
    put(firing("b"), 0);
    put(resolved("a"), 0);
    assertThat(outbox.take()).isEqualTo(resolved("a"));
    assertThat(outbox.take()).isEqualTo(firing("b"));
  }

  @Test
  void put_takenAndFiring_goesOutAgainWhenItsTimeHasCome() throws InterruptedException {
    put(firing("a"), 0);
    outbox.answered(outbox.take(), Answer.TAKEN);
    assertThat(outbox.put(firing("a"), 59)).isEqualTo(new Outbox.Standing(Answer.TAKEN, 0));
    assertThat(outbox.put(firing("a"), 60)).isEqualTo(new Outbox.Standing(Answer.UNDERWAY, 60));
    assertThat(outbox.take()).isEqualTo(firing("a"));
  }

  @Test
  void put_takenByOneThatWantsChangesAlone_doesNotGoOutAgain() throws InterruptedException {
    Outbox once = new Outbox(2, false, 60);
    once.put(firing("a"), 0);
    once.answered(once.take(), Answer.TAKEN);
    assertThat(once.put(firing("a"), 999).answer()).isEqualTo(Answer.TAKEN);
  }

  @Test
  void put_refused_goesOutAgainWhenItsTimeHasCome() throws InterruptedException {
    put(resolved("a"), 0);
    outbox.answered(outbox.take(), Answer.REFUSED);
    assertThat(put(resolved("a"), 59)).isEqualTo(Answer.REFUSED);
    assertThat(put(resolved("a"), 60)).isEqualTo(Answer.UNDERWAY);
  }

  @Test
  void answered_afterAnotherHasCome_doesNotCountForIt() throws InterruptedException {
    put(firing("a"), 0);
    SafetyAlert taken = outbox.take();
    put(resolved("a"), 0);
    outbox.answered(taken, Answer.TAKEN);
    assertThat(put(resolved("a"), 0)).isEqualTo(Answer.UNDERWAY);
    assertThat(outbox.take()).isEqualTo(resolved("a"));
  }

  @Test
  void answered_underWayStill_comesAfterTheOthers() throws InterruptedException {
    put(firing("a"), 0);
    put(firing("b"), 0);
    outbox.answered(outbox.take(), Answer.UNDERWAY);
    assertThat(outbox.take()).isEqualTo(firing("b"));
    assertThat(outbox.take()).isEqualTo(firing("a"));
  }

  @Test
  void put_full_leavesTheNewOneOut_untilAnAnsweredOneMakesRoom() throws InterruptedException {
    put(firing("a"), 0);
    put(firing("b"), 0);
    assertThat(put(firing("c"), 0)).isEqualTo(Answer.UNDERWAY);
    assertThat(outbox.take()).isEqualTo(firing("a"));
    outbox.answered(outbox.take(), Answer.REFUSED);
    put(firing("c"), 0);
    assertThat(outbox.take()).isEqualTo(firing("c"));
  }
}
