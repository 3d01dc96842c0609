package io.sapflow.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.alert.AlertAction;
import io.sapflow.alert.AlertRule;
import io.sapflow.alert.Rule;
import io.sapflow.alert.Watched;
import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.SafetyAlert;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AlertCommandsTest {

  private static final List<AlertRule> RULES =
      List.of(
          AlertRule.of(Rule.DRIFT),
          rule(Rule.TRAINING_DIVERGED, AlertAction.PAUSE),
          rule(Rule.INCIDENT, AlertAction.PAUSE),
          rule(Rule.SOURCE_SUSPICIOUS, AlertAction.QUARANTINE_SOURCE));

  private static AlertRule rule(Rule rule, AlertAction action) {
    return new AlertRule(rule, "warning", 0.5, 0, Duration.ZERO, action);
  }

  private static SafetyAlert.Builder alert(Rule rule, Map<String, String> labels) {
    return SafetyAlert.newBuilder()
        .setFingerprint("0123")
        .setStatus(AlertStatus.FIRING)
        .setSeverity("warning")
        .setRule(rule.key())
        .setAdapterId("helper")
        .setValue(1)
        .setThreshold(0.5)
        .setLabels(labels)
        .setAnnotations(Map.of("summary", "why"))
        .setStartsAt(7);
  }

  @Test
  void alert_ofARuleThatPauses_pausesItsAdapter() {
    ControlCommand command =
        AlertCommands.of(alert(Rule.TRAINING_DIVERGED, Map.of()).build(), RULES).orElseThrow();
    assertThat(command.getKind()).isEqualTo(CommandKind.PAUSE);
    assertThat(command.getAdapterId()).isEqualTo("helper");
    assertThat(command.getIssuer()).isEqualTo("alert");
    assertThat(command.getReason()).isEqualTo("why");
    assertThat(command.getId()).isEqualTo("alert/0123/7");
  }

  @Test
  void alert_ofASource_setsItAside() {
    ControlCommand command =
        AlertCommands.of(alert(Rule.SOURCE_SUSPICIOUS, Map.of("source", "b")).build(), RULES)
            .orElseThrow();
    assertThat(command.getKind()).isEqualTo(CommandKind.QUARANTINE_SOURCE);
    assertThat(command.getArguments()).containsEntry("source", "b");
  }

  @Test
  void alert_thatResolves_ordersNothing() {
    SafetyAlert resolved =
        alert(Rule.TRAINING_DIVERGED, Map.of()).setStatus(AlertStatus.RESOLVED).build();
    assertThat(AlertCommands.of(resolved, RULES)).isEmpty();
  }

  @Test
  void alert_ofARuleWithoutAction_ordersNothing() {
    assertThat(AlertCommands.of(alert(Rule.DRIFT, Map.of()).build(), RULES)).isEmpty();
  }

  @Test
  void alert_ofRecordsThatNameNoAdapter_ordersNothing() {
    SafetyAlert alert =
        alert(Rule.TRAINING_DIVERGED, Map.of()).setAdapterId(Watched.NO_ADAPTER).build();
    assertThat(AlertCommands.of(alert, RULES)).isEmpty();
  }

  @Test
  void incident_thatGrows_isACommandOfItsOwnEachTime() {
    assertThat(
            List.of(
                AlertCommands.of(alert(Rule.INCIDENT, Map.of()).setValue(1).build(), RULES)
                    .orElseThrow()
                    .getId(),
                AlertCommands.of(alert(Rule.INCIDENT, Map.of()).setValue(2).build(), RULES)
                    .orElseThrow()
                    .getId()))
        .containsExactly("alert/0123/7/1", "alert/0123/7/2");
  }
}
