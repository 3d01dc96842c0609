package io.sapflow.publish;

import static io.sapflow.publish.TestAlerts.firing;
import static io.sapflow.publish.TestAlerts.resolved;
import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.schema.SafetyAlert;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeliveriesTest {

  /** Gives the answer that it is set to. */
  private static final class Listener implements Recipient {
    final List<SafetyAlert> told = new ArrayList<>();
    Answer answer = Answer.UNDERWAY;

    @Override
    public void tell(SafetyAlert alert) {
      told.add(alert);
    }

    @Override
    public Answer answer(SafetyAlert alert) {
      return answer;
    }

    @Override
    public void close() {}
  }

  private final Listener listener = new Listener();
  private final Deliveries repeating = new Deliveries(listener, true, Duration.ofMinutes(1));
  private final Deliveries once = new Deliveries(listener, false, Duration.ofMinutes(1));

  @Test
  void firing_taken_isToldAgainAMinuteAfter() {
    Delivery told = repeating.tell(firing("a"), 0);
    assertThat(told).isEqualTo(new Delivery(firing("a"), false, 5_000));
    listener.answer = Recipient.Answer.TAKEN;
    Delivery taken = repeating.next(told, 5_000);
    assertThat(taken).isEqualTo(new Delivery(firing("a"), true, 60_000));
    assertThat(listener.told).hasSize(1);
    assertThat(repeating.next(taken, 60_000)).isEqualTo(new Delivery(firing("a"), false, 65_000));
    assertThat(listener.told).hasSize(2);
  }

  @Test
  void firing_takenByOneThatWantsChangesAlone_isNotToldAgain() {
    listener.answer = Recipient.Answer.TAKEN;
    Delivery taken = once.next(once.tell(firing("a"), 0), 5_000);
    assertThat(once.next(taken, 60_000).acknowledged()).isTrue();
    assertThat(listener.told).hasSize(1);
  }

  @Test
  void resolved_isToldUntilItIsTaken() {
    Delivery told = once.tell(resolved("a"), 0);
    listener.answer = Recipient.Answer.FAILED;
    told = once.next(told, 5_000);
    assertThat(told).isEqualTo(new Delivery(resolved("a"), false, 10_000));
    listener.answer = Recipient.Answer.UNKNOWN; // as after a restart
    told = once.next(told, 10_000);
    listener.answer = Recipient.Answer.UNDERWAY;
    told = once.next(told, 15_000);
    assertThat(listener.told).hasSize(3);
    listener.answer = Recipient.Answer.TAKEN;
    assertThat(once.next(told, 20_000)).isNull();
  }

  @Test
  void refused_isNotToldAgain() {
    Delivery told = repeating.tell(firing("a"), 0);
    listener.answer = Recipient.Answer.REFUSED;
    for (int i = 0; i < 9; i++) {
      told = repeating.next(told, told.due());
    }
    assertThat(listener.told).hasSize(1);
    assertThat(told).isEqualTo(new Delivery(firing("a"), false, 5_000 + 9 * 60_000));
  }

  @Test
  void nobody_keepsWhatFires_forgetsWhatHasEnded() {
    Deliveries toNobody = new Deliveries(Recipient.NOBODY, true, Duration.ofMinutes(1));
    assertThat(toNobody.next(toNobody.tell(firing("a"), 0), 5_000))
        .isEqualTo(new Delivery(firing("a"), false, 65_000));
    assertThat(toNobody.next(toNobody.tell(resolved("a"), 0), 5_000)).isNull();
  }

  @Test
  void repeat_ofASecond_looksInBetween() {
    Deliveries often = new Deliveries(listener, true, Duration.ofSeconds(1));
    assertThat(often.tell(firing("a"), 0).due()).isEqualTo(500);
  }
}
