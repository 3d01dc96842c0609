package io.sapflow.publish;

import static io.sapflow.publish.TestAlerts.ENDS;
import static io.sapflow.publish.TestAlerts.firing;
import static io.sapflow.publish.TestAlerts.resolved;
import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.SafetyAlert;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeliveriesTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final long KEPT = 360_000;

  private static Deliveries deliveries(Recipient to, WebhookKind kind, Duration keep) {
    return new Deliveries(
        to,
        new WebhookSettings(
            List.of(),
            kind,
            MINUTE,
            HOUR,
            new KeepFiring(Map.of("harmful-score", keep)),
            false,
            TestAlerts.ORIGIN));
  }

  /** Gives the answers that it is set to. */
  private static final class Listener implements Recipient {
    final List<SafetyAlert> told = new ArrayList<>();
    final List<SafetyAlert> forgotten = new ArrayList<>();
    boolean all;
    boolean any;
    boolean over;

    @Override
    public Answers tell(SafetyAlert alert, long now) {
      told.add(alert);
      return new Answers(all, all || any, over, now + 5_000);
    }

    @Override
    public void forget(SafetyAlert alert) {
      forgotten.add(alert);
    }

    @Override
    public void close() {}
  }

  private final Listener listener = new Listener();
  private final Deliveries repeating =
      deliveries(listener, WebhookKind.ALERTMANAGER, Duration.ZERO);
  private final Deliveries once = deliveries(listener, WebhookKind.GENERIC, Duration.ZERO);

  @Test
  void firing_takenByAll_isAcknowledged_andToldStill() {
    Delivery told = repeating.tell(null, firing("a"), 0);
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
    Delivery taken = once.next(once.tell(null, firing("a"), 0), 5_000);
    assertThat(listener.told).hasSize(1);
    assertThat(once.next(taken, 60_000)).isEqualTo(new Delivery(firing("a"), true, 120_000));
    assertThat(listener.told).hasSize(1);
  }

  @Test
  void resolved_isToldUntilAllHaveTakenIt() {
    Delivery told = once.tell(null, resolved("a"), ENDS);
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
    Delivery told = repeating.next(repeating.tell(null, resolved("a"), ENDS), late - 1);
    assertThat(told).isNotNull();
    assertThat(repeating.next(told, late)).isNull();
    assertThat(repeating.next(repeating.tell(null, firing("b"), ENDS), late)).isNotNull();
  }

  private final Deliveries keeping =
      deliveries(listener, WebhookKind.ALERTMANAGER, Duration.ofMillis(KEPT));

  /** Looks whenever it is due, until what resolves is told. */
  private long toldResolvedAt(Deliveries deliveries, Delivery delivery) {
    Delivery next = delivery;
    long now = 0;
    while (!listener.told.contains(resolved("a"))) {
      now = next.due();
      next = deliveries.next(next, now);
    }
    return now;
  }

  @Test
  void resolved_ofAKnownAlert_isToldWhenItsTimeIsOver() {
    listener.all = true;
    Delivery firing = keeping.tell(null, firing("a"), ENDS);
    Delivery held = keeping.tell(firing, resolved("a"), ENDS + 7);
    assertThat(held.alert().getStatus()).isEqualTo(AlertStatus.FIRING);
    assertThat(held.alert().getAnnotations())
        .containsEntry("cleared", "2025-11-24T16:01:30.500Z: adapter a: harmful score 0.250");
    assertThat(keeping.tell(held, resolved("a"), ENDS + 9)).isSameAs(held);
    assertThat(toldResolvedAt(keeping, held)).isEqualTo(ENDS + 7 + KEPT);
  }

  @Test
  void resolved_inAnOutage_countsFromWhenOneOfThePairKnowsOfIt() {
    Delivery held = keeping.tell(keeping.tell(null, firing("a"), ENDS), resolved("a"), ENDS);
    held = keeping.next(held, ENDS + KEPT + 1);
    assertThat(held.cleared()).isNotNull();
    listener.any = true;
    long taken = held.due();
    assertThat(toldResolvedAt(keeping, held)).isEqualTo(taken + KEPT);
  }

  @Test
  void resolved_thatNobodyTakes_endsAfterTheHold() {
    Delivery held = keeping.tell(keeping.tell(null, firing("a"), ENDS), resolved("a"), ENDS);
    assertThat(toldResolvedAt(keeping, held)).isEqualTo(ENDS + HOUR.toMillis());
  }

  @Test
  void firing_again_whileItIsHeld_isOneAlert() {
    listener.all = true;
    Delivery held = keeping.tell(keeping.tell(null, firing("a"), ENDS), resolved("a"), ENDS);
    Delivery again = keeping.tell(held, firing("a"), ENDS + 9);
    assertThat(again.cleared()).isNull();
    keeping.next(again, ENDS + 2 * KEPT);
    assertThat(listener.told).doesNotContain(resolved("a"));
  }

  @Test
  void held_byOneThatWantsChangesAlone_isToldTwice() {
    listener.all = true;
    Deliveries changes = deliveries(listener, WebhookKind.GENERIC, Duration.ofMillis(KEPT));
    Delivery known = changes.next(changes.tell(null, firing("a"), ENDS), ENDS + 5_000);
    toldResolvedAt(changes, changes.tell(known, resolved("a"), ENDS + 6_000));
    assertThat(listener.told).containsExactly(firing("a"), resolved("a"));
  }

  @Test
  void keepFiring_isByRule_elseBySeverity() {
    SafetyAlert alert = SafetyAlert.newBuilder(firing("a")).setRule("restart-loop").build();
    KeepFiring rules = new KeepFiring(Map.of("harmful-score", MINUTE));
    assertThat(rules.after(firing("a"))).isEqualTo(MINUTE);
    assertThat(rules.after(alert)).isEqualTo(Duration.ofMinutes(6));
    alert.setSeverity("info");
    assertThat(rules.after(alert)).isZero();
  }

  @Test
  void nobody_keepsWhatFires_forgetsWhatHasEnded() {
    Deliveries toNobody = deliveries(Recipient.nobody(60_000), WebhookKind.ALERTMANAGER, MINUTE);
    assertThat(toNobody.tell(null, firing("a"), 0))
        .isEqualTo(new Delivery(firing("a"), false, 60_000));
    Delivery firing = new Delivery(firing("a"), false, 60_000);
    assertThat(toNobody.tell(firing, resolved("a"), 0)).isNull();
  }
}
