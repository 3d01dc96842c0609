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

  private final Outbox outbox = new Outbox(2);

  @Test
  void put_ofOneFingerprint_keepsTheLatest() throws InterruptedException {
    outbox.put(firing("a"));
    outbox.put(firing("b"));
    outbox.put(resolved("a"));
    assertThat(outbox.take()).isEqualTo(resolved("a"));
    assertThat(outbox.take()).isEqualTo(firing("b"));
    assertThat(outbox.answer(firing("a"))).isEqualTo(Answer.UNKNOWN);
    assertThat(outbox.answer(resolved("a"))).isEqualTo(Answer.UNDERWAY);
  }

  @Test
  void put_whileTheSameIsUnderWay_doesNothing() throws InterruptedException {
    outbox.put(firing("a"));
    SafetyAlert taken = outbox.take();
    outbox.put(firing("a"));
    outbox.answered(taken, Answer.TAKEN);
    assertThat(outbox.answer(firing("a"))).isEqualTo(Answer.TAKEN);
    assertThat(outbox.answer(firing("a"))).isEqualTo(Answer.UNKNOWN);
  }

  @Test
  void answered_afterAnotherHasCome_doesNotCountForIt() throws InterruptedException {
    outbox.put(firing("a"));
    SafetyAlert taken = outbox.take();
    outbox.put(resolved("a"));
    outbox.answered(taken, Answer.TAKEN);
    assertThat(outbox.answer(resolved("a"))).isEqualTo(Answer.UNDERWAY);
    assertThat(outbox.take()).isEqualTo(resolved("a"));
  }

  @Test
  void put_full_leavesTheNewOneOut_untilARefusedOneMakesRoom() throws InterruptedException {
    outbox.put(firing("a"));
    outbox.put(firing("b"));
    outbox.put(firing("c"));
    assertThat(outbox.answer(firing("c"))).isEqualTo(Answer.UNKNOWN);
    outbox.answered(outbox.take(), Answer.REFUSED);
    assertThat(outbox.answer(firing("a"))).isEqualTo(Answer.REFUSED);
    assertThat(outbox.answer(firing("a"))).isEqualTo(Answer.REFUSED);
    outbox.put(firing("c"));
    assertThat(outbox.answer(firing("c"))).isEqualTo(Answer.UNDERWAY);
    assertThat(outbox.answer(firing("a"))).isEqualTo(Answer.UNKNOWN);
  }
}
