package io.sapflow.alert;

import static io.sapflow.gate.Reports.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.gate.Reports;
import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TrainingStep;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The rule incident, from what was done to the person who acknowledges it. */
class IncidentAlertTest {

  private static final long MINUTE = 60_000;

  private KeyedOneInputStreamOperatorTestHarness<String, Watched, SafetyAlert> harness;
  private int told;

  @BeforeEach
  void open() throws Exception {
    open(null, rules(Duration.ZERO));
  }

  private static List<AlertRule> rules(Duration lasting) {
    return List.of(new AlertRule(Rule.INCIDENT, "warning", 0, 0, lasting, AlertAction.NONE));
  }

  private void open(OperatorSubtaskState state, List<AlertRule> rules) throws Exception {
    harness =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(
                new AlertFunction(rules, "runbook", 8, Duration.ofSeconds(10))),
            Watched::adapterId,
            Types.STRING);
    harness.setup();
    if (state != null) {
      harness.initializeState(state);
    }
    harness.open();
    told = 0;
  }

  private void restart(Duration lasting) throws Exception {
    restart(rules(lasting));
  }

  private void restart(List<AlertRule> rules) throws Exception {
    OperatorSubtaskState state = harness.snapshot(1, 1);
    harness.close();
    open(state, rules);
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  private void answered(
      String adapterId, CommandKind kind, CommandOutcome outcome, String issuer, String target)
      throws Exception {
    harness.processElement(
        Watched.of(
            TrainingStep.newBuilder()
                .setAdapterId(adapterId)
                .setGeneration(0)
                .setStep(40)
                .setUpdates(40)
                .setOutcome(StepStatus.COMMAND)
                .setAppliedCommands(
                    List.of(new AppliedCommand("c", kind, outcome, "1: seen", issuer, target)))
                .build()),
        0);
  }

  private void applied(CommandKind kind, String issuer, String target) throws Exception {
    answered("helper", kind, CommandOutcome.APPLIED, issuer, target);
  }

  private List<SafetyAlert> alerts() {
    List<SafetyAlert> all = harness.extractOutputValues();
    List<SafetyAlert> since = List.copyOf(all.subList(told, all.size()));
    told = all.size();
    return since;
  }

  private SafetyAlert only(AlertStatus status) {
    List<SafetyAlert> alerts = alerts();
    assertThat(alerts).hasSize(1);
    assertThat(alerts.get(0).getStatus()).isEqualTo(status);
    assertThat(alerts.get(0).getRule()).isEqualTo("incident");
    return alerts.get(0);
  }

  @Test
  void rollback_fires_andSaysWhatWasDone_whatIsServed_andWhatIsLeftToDo() throws Exception {
    harness.processElement(Watched.ofPointer("helper", version(20)), 0);
    applied(CommandKind.ROLLBACK, "gate", version(20));
    SafetyAlert alert = only(AlertStatus.FIRING);
    assertThat(alert.getLabels()).containsEntry("adapter", "helper");
    assertThat(alert.getAnnotations())
        .containsEntry(
            "summary",
            "adapter helper: 1 not acknowledged: 1 rollback to version "
                + version(20)
                + "; at 1970-01-01T00:00:00Z by gate, above 0.000")
        .containsEntry(
            "description",
            "version "
                + version(20)
                + " was served after it; what was set aside with it can be sent again: ./sapflow replay --adapter"
                + " helper --reason SAFETY_ROLLBACK --dry-run; when you have looked: ./sapflow"
                + " control acknowledge --adapter helper --seen 1 --reason TEXT")
        .containsEntry("runbook_url", "runbook#incident");
  }

  @Test
  void rollbackOfAPerson_beyondWhatIsServed_takesItAlong_andALesserOneDoesNot() throws Exception {
    harness.processElement(Watched.ofPointer("helper", version(20)), 0);
    applied(CommandKind.ROLLBACK, "ada", version(30));
    applied(CommandKind.ROLLBACK, "ada", version(0));
    assertThat(alerts())
        .extracting(alert -> alert.getAnnotations().get("description").split(";")[0])
        .containsExactly(
            "version " + version(20) + " was served after it",
            "version " + version(0) + " was served after it");
  }

  @Test
  void furtherCommands_joinTheIncident_whichResolvesOnce() throws Exception {
    harness.setProcessingTime(MINUTE);
    applied(CommandKind.QUARANTINE_SOURCE, "gate", "scraper");
    SafetyAlert first = only(AlertStatus.FIRING);
    harness.setProcessingTime(3 * MINUTE);
    applied(CommandKind.ROLLBACK, "ada", version(0));
    SafetyAlert second = only(AlertStatus.FIRING);
    assertThat(second.getFingerprint()).isEqualTo(first.getFingerprint());
    assertThat(second.getStartsAt()).isEqualTo(first.getStartsAt()).isEqualTo(MINUTE);
    assertThat(second.getValue()).isEqualTo(2);
    assertThat(second.getAnnotations().get("summary"))
        .contains(
            "1 rollback to version "
                + version(0)
                + "; 1 source set aside: scraper; from 1970-01-01T00:01:00Z to"
                + " 1970-01-01T00:03:00Z, the last by ada");
    assertThat(second.getAnnotations().get("description"))
        .contains("./sapflow replay --adapter helper --reason SOURCE_QUARANTINED --source scraper");
    applied(CommandKind.ACKNOWLEDGE, "ada", null);
    SafetyAlert end = only(AlertStatus.RESOLVED);
    assertThat(end.getFingerprint()).isEqualTo(first.getFingerprint());
    assertThat(end.getAnnotations().get("summary"))
        .startsWith("adapter helper: acknowledged by ada: 1: seen");
    applied(CommandKind.ACKNOWLEDGE, "ada", null);
    assertThat(alerts()).isEmpty();
  }

  @Test
  void commandsThatWereRefused_orUndoNothing_areNone() throws Exception {
    answered("helper", CommandKind.ROLLBACK, CommandOutcome.REFUSED, "gate", version(0));
    applied(CommandKind.PAUSE, "ada", null);
    applied(CommandKind.PROMOTED, "gate", version(40));
    applied(CommandKind.RELEASE_SOURCE, "ada", "scraper");
    assertThat(alerts()).isEmpty();
    applied(CommandKind.ROLLBACK, "gate", version(0));
    alerts();
    answered("helper", CommandKind.ACKNOWLEDGE, CommandOutcome.REFUSED, "ada", null);
    assertThat(alerts()).isEmpty();
  }

  @Test
  void incident_afterARestart_goesOn_andIsItsAdaptersAlone() throws Exception {
    applied(CommandKind.ROLLBACK, "gate", version(0));
    answered("other", CommandKind.ROLLBACK, CommandOutcome.APPLIED, "gate", version(0));
    List<SafetyAlert> fired = alerts();
    assertThat(fired).extracting(SafetyAlert::getFingerprint).doesNotHaveDuplicates().hasSize(2);
    restart(Duration.ZERO);
    applied(CommandKind.ROLLBACK, "gate", version(0));
    SafetyAlert again = only(AlertStatus.FIRING);
    assertThat(again.getValue()).isEqualTo(2);
    assertThat(again.getFingerprint()).isEqualTo(fired.get(0).getFingerprint());
    applied(CommandKind.ACKNOWLEDGE, "ada", null);
    assertThat(only(AlertStatus.RESOLVED).getAdapterId()).isEqualTo("helper");
    answered("other", CommandKind.ACKNOWLEDGE, CommandOutcome.APPLIED, "ada", null);
    assertThat(only(AlertStatus.RESOLVED).getAdapterId()).isEqualTo("other");
  }

  @Test
  void ruleThatWaits_firesAndResolvesWithoutAFurtherStep() throws Exception {
    restart(Duration.ofMinutes(5));
    applied(CommandKind.ROLLBACK, "gate", version(0));
    restart(Duration.ofMinutes(5));
    harness.setProcessingTime(5 * MINUTE - 1);
    assertThat(alerts()).isEmpty();
    harness.setProcessingTime(5 * MINUTE);
    only(AlertStatus.FIRING);
    applied(CommandKind.ACKNOWLEDGE, "ada", null);
    only(AlertStatus.RESOLVED);
    applied(CommandKind.ROLLBACK, "gate", version(0));
    harness.setProcessingTime(10 * MINUTE);
    assertThat(only(AlertStatus.FIRING).getValue()).isEqualTo(1);
  }

  @Test
  void incident_fromBeforeItsRuleWasInForce_firesWithTheAdaptersNextRecord() throws Exception {
    restart(List.of());
    applied(CommandKind.ROLLBACK, "gate", version(0));
    assertThat(alerts()).isEmpty();
    restart(Duration.ZERO);
    harness.processElement(Watched.of(Reports.candidate("helper", 50)), 0);
    assertThat(only(AlertStatus.FIRING).getAnnotations().get("description")).contains("--seen 1");
    harness.processElement(Watched.of(Reports.candidate("helper", 60)), 0);
    assertThat(alerts()).isEmpty();
  }

  @Test
  void nameOfASource_ofAnyLength_isCut() throws Exception {
    applied(CommandKind.QUARANTINE_SOURCE, "gate", "😀".repeat(100));
    assertThat(only(AlertStatus.FIRING).getAnnotations().get("summary"))
        .contains("1 source set aside: " + "😀".repeat(63) + "…; at");
  }

  @Test
  void sources_areNamedUpToEight_andAStrangeOneIsInNoCommand() throws Exception {
    for (int i = 0; i < 10; i++) {
      applied(CommandKind.QUARANTINE_SOURCE, "gate", "s" + i);
    }
    applied(CommandKind.QUARANTINE_SOURCE, "gate", "s4");
    applied(CommandKind.QUARANTINE_SOURCE, "gate", "$(reboot)");
    SafetyAlert last = alerts().get(11);
    assertThat(last.getAnnotations().get("summary"))
        .contains("12 times a source set aside: s3, s5, s6, s7, s8, s9, s4, $(reboot); from");
    assertThat(last.getAnnotations().get("description"))
        .contains("--source S;")
        .doesNotContain("reboot");
  }
}
