package io.sapflow.publish;

import static io.sapflow.publish.TestAlerts.ENDS;
import static io.sapflow.publish.TestAlerts.firing;
import static io.sapflow.publish.TestAlerts.resolved;
import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.schema.SafetyAlert;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeliveriesTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);

  /** Gives the answers that it is set to. */
  private static final class Listener implements Recipient {
    final List<SafetyAlert> told = new ArrayList<>();
    final List<SafetyAlert> forgotten = new ArrayList<>();
    boolean all;
    boolean over;

    @Override
    public Answers tell(SafetyAlert alert, long now) {
      told.add(alert);
      return new Answers(all, all, over, now + 5_000);
    }

    @Override
    public void forget(SafetyAlert alert) {
      forgotten.add(alert);
    }

    @Override
    public void close() {}
  }

  private final Listener listener = new Listener();
  private final Deliveries repeating = new Deliveries(listener, true, MINUTE, HOUR);
  private final Deliveries once = new Deliveries(listener, false, MINUTE, HOUR);

  @Test
  void firing_takenByAll_isAcknowledged_andToldStill() {
    Delivery told = repeating.tell(firing("a"), 0);
    assertThat(told).isEqualTo(new Delivery(firing("a"), false, 5_000));
    listener.all = true;
    Delivery taken = repeating.next(told, 5_000);
    assertThat(taken).isEqualTo(new Delivery(firing("a"), true, 10_000));
    repeating.next(taken, 60_000);
    assertThat(listener.told).hasSize(3);
  }

  @Test
  void firing_takenByOneThatWantsChangesAlone_isNotToldAgain() {
    listener.all = true;
    Delivery taken = once.next(once.tell(firing("a"), 0), 5_000);
    assertThat(listener.told).hasSize(1);
    assertThat(once.next(taken, 60_000)).isEqualTo(new Delivery(firing("a"), true, 120_000));
    assertThat(listener.told).hasSize(1);
  }

  @Test
  void resolved_isToldUntilAllHaveTakenIt() {
    Delivery told = once.tell(resolved("a"), ENDS);
    told = once.next(told, ENDS + 2 * HOUR.toMillis());
    assertThat(told.acknowledged()).isFalse();
    listener.all = true;
    assertThat(once.next(told, told.due())).isNull();
    assertThat(listener.forgotten).containsExactly(resolved("a"));
  }

  @Test
  void resolved_refused_isGivenUpAfterATime_whatFiresIsNot() {
    listener.over = true;
    long late = ENDS + HOUR.toMillis();
    Delivery told = repeating.next(repeating.tell(resolved("a"), ENDS), late - 1);
    assertThat(told).isNotNull();
    assertThat(repeating.next(told, late)).isNull();
    assertThat(repeating.next(repeating.tell(firing("b"), ENDS), late)).isNotNull();
  }

  @Test
  void nobody_keepsWhatFires_forgetsWhatHasEnded() {
    Deliveries toNobody = new Deliveries(Recipient.nobody(60_000), true, MINUTE, HOUR);
    assertThat(toNobody.tell(firing("a"), 0)).isEqualTo(new Delivery(firing("a"), false, 60_000));
    assertThat(toNobody.tell(resolved("a"), 0)).isNull();
  }
}
