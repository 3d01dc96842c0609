package io.sapflow.alert;

import static io.sapflow.alert.AlertMachine.Change.FIRES;
import static io.sapflow.alert.AlertMachine.Change.NONE;
import static io.sapflow.alert.AlertMachine.Change.RESOLVES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.schema.AlertBook;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlertMachineTest {

  private static AlertMachine machine(long seconds) {
    return new AlertMachine(HarmfulScore.rule(0.1, 0.02, Duration.ofSeconds(seconds)));
  }

  /** The changes that values make, one a second. */
  private static List<AlertMachine.Change> changes(AlertMachine machine, double... values) {
    AlertBook book = AlertMachine.quiet();
    List<AlertMachine.Change> changes = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      AlertMachine.Outcome outcome = machine.observe(book, values[i], 1000L * i);
      book = outcome.book();
      changes.add(outcome.change());
    }
    return changes;
  }

  @Test
  void value_aboveTheThreshold_firesOnce() {
    assertThat(changes(machine(0), 0.1, 0.11, 0.5, 0.9)).containsExactly(NONE, FIRES, NONE, NONE);
  }

  @Test
  void value_betweenThresholdAndHysteresis_keepsFiring() {
    assertThat(changes(machine(0), 0.2, 0.1, 0.09, 0.08, 0.0))
        .containsExactly(FIRES, NONE, NONE, RESOLVES, NONE);
  }

  @Test
  void value_aroundTheThreshold_doesNotFlutter() {
    assertThat(changes(machine(0), 0.11, 0.09, 0.11, 0.09, 0.11))
        .containsExactly(FIRES, NONE, NONE, NONE, NONE);
  }

  @Test
  void alert_afterItResolved_firesAgain() {
    assertThat(changes(machine(0), 0.2, 0.0, 0.2)).containsExactly(FIRES, RESOLVES, FIRES);
  }

  @Test
  void duration_valueComesBackInTime_startsAnew() {
    assertThat(changes(machine(2), 0.2, 0.2, 0.0, 0.2, 0.2, 0.2))
        .containsExactly(NONE, NONE, NONE, NONE, NONE, FIRES);
  }

  @Test
  void duration_holdsForResolvingToo() {
    assertThat(changes(machine(1), 0.2, 0.2, 0.0, 0.2, 0.0, 0.0))
        .containsExactly(NONE, FIRES, NONE, NONE, NONE, RESOLVES);
  }

  @Test
  void start_isWhenTheValueCrossed_notWhenTheAlertFired() {
    AlertMachine machine = machine(2);
    AlertBook book = machine.observe(AlertMachine.quiet(), 0.2, 5000).book();
    AlertMachine.Outcome fired = machine.observe(book, 0.2, 8000);
    assertThat(fired.book()).isEqualTo(new AlertBook(true, 5000L, null, "critical"));
  }

  @Test
  void value_notANumber_fires() {
    assertThat(changes(machine(0), Double.NaN, Double.NaN)).containsExactly(FIRES, NONE);
  }

  @Test
  void rule_impossibleValues_areRefusedByTheirKey() {
    assertThatThrownBy(() -> HarmfulScore.rule(1.1, 0, Duration.ZERO))
        .hasMessage("sapflow.alert.harmful-score.threshold: found 1.1, expected 0 to 1");
    assertThatThrownBy(() -> HarmfulScore.rule(0.1, 0.2, Duration.ZERO))
        .hasMessage(
            "sapflow.alert.harmful-score.hysteresis: found 0.2, expected 0 to the threshold 0.1");
    assertThatThrownBy(() -> HarmfulScore.rule(0.1, 0, Duration.ofSeconds(-1)))
        .hasMessage("sapflow.alert.harmful-score.for: found -1000 ms, expected 0 or more");
  }
}
