package io.sapflow.alert;

import static io.sapflow.gate.Reports.report;
import static io.sapflow.gate.Reports.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.gate.Judgement;
import io.sapflow.gate.Reports;
import io.sapflow.gate.Verdict;
import io.sapflow.metrics.RegisteredMetrics;
import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.JudgeScore;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.schema.SourceEvidence;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TrainingStep;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AlertFunctionTest {

  private static final long MINUTE = 60_000;

  private KeyedOneInputStreamOperatorTestHarness<String, Watched, SafetyAlert> harness;
  private int told;

  @BeforeEach
  void open() throws Exception {
    open(null);
  }

  private void open(OperatorSubtaskState state) throws Exception {
    open(state, rules());
  }

  private static List<AlertRule> rules() {
    List<AlertRule> rules =
        new ArrayList<>(Arrays.stream(Rule.values()).map(AlertRule::of).toList());
    rules.set(
        Rule.PROBE_OVERDUE.ordinal(),
        new AlertRule(Rule.PROBE_OVERDUE, "warning", 10, 10, Duration.ZERO, AlertAction.NONE));
    return rules;
  }

  private void restart(List<AlertRule> rules) throws Exception {
    OperatorSubtaskState state = harness.snapshot(1, 1);
    harness.close();
    open(state, rules);
  }

  private void open(OperatorSubtaskState state, List<AlertRule> rules) throws Exception {
    metrics = new RegisteredMetrics();
    harness =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(
                new AlertFunction(rules, "runbook", 8, Duration.ofSeconds(10))),
            Watched::adapterId,
            Types.STRING,
            new MockEnvironmentBuilder().setMetricGroup(metrics.task()).build());
    harness.setup();
    if (state != null) {
      harness.initializeState(state);
    }
    harness.open();
    told = 0;
  }

  private RegisteredMetrics metrics;

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  private void judged(long step, double score) throws Exception {
    Judgement judgement =
        new Judgement(
            report(0, step, score), Verdict.PROMOTE, "why", null, version(step), null, null, null);
    harness.processElement(Watched.of(judgement), 0);
  }

  private void made(long step) throws Exception {
    harness.processElement(Watched.of(Reports.candidate("helper", step)), 0);
  }

  private void trained(long step, SourceEvidence... sources) throws Exception {
    harness.processElement(
        Watched.of(
            TrainingStep.newBuilder()
                .setAdapterId("helper")
                .setGeneration(0)
                .setStep(step)
                .setUpdates(step)
                .setOutcome(StepStatus.TRAINED)
                .setTaskLoss(0.5)
                .setExamples(10)
                .setPushBySource(List.of(sources))
                .build()),
        0);
  }

  private static SourceEvidence pushes(String source, double mean) {
    return SourceEvidence.newBuilder()
        .setSource(source)
        .setExamples(4)
        .setShare(0.5)
        .setPushes(4)
        .setMeanPush(mean)
        .setMaxPush(mean)
        .setPushDeviation(0.1)
        .build();
  }

  /** What has been told since the last look: rule and status. */
  private List<String> told() {
    List<SafetyAlert> all = harness.extractOutputValues();
    List<String> since =
        all.subList(told, all.size()).stream()
            .map(alert -> alert.getRule() + " " + alert.getStatus())
            .toList();
    told = all.size();
    return since;
  }

  @Test
  void score_firesOnce_andResolvesOnce() throws Exception {
    judged(0, 0);
    judged(10, 0.5);
    judged(20, 0.6);
    judged(30, 0.0);
    judged(40, 0.0);
    assertThat(told()).containsExactly("harmful-score FIRING", "harmful-score RESOLVED");
  }

  @Test
  void firingAlert_afterARestart_resolvesWithItsFingerprint() throws Exception {
    judged(10, 0.5);
    String fingerprint = harness.extractOutputValues().get(0).getFingerprint();
    OperatorSubtaskState state = harness.snapshot(1, 1);
    harness.close();
    open(state);
    judged(20, 0.5);
    judged(30, 0.0);
    List<SafetyAlert> alerts = harness.extractOutputValues();
    assertThat(alerts).hasSize(1);
    assertThat(alerts.get(0).getStatus()).isEqualTo(AlertStatus.RESOLVED);
    assertThat(alerts.get(0).getFingerprint()).isEqualTo(fingerprint);
  }

  @Test
  void firingAlert_isCounted_alsoAfterARestart_untilItResolves() throws Exception {
    String firing = "sapflow.rule.harmful-score.alertsFiring";
    judged(10, 0.5);
    judged(20, 0.6);
    assertThat(metrics.value(firing)).isEqualTo(1);
    restart(rules());
    assertThat(metrics.value(firing)).isZero();
    judged(30, 0.5);
    assertThat(metrics.value(firing)).isEqualTo(1);
    judged(40, 0.0);
    assertThat(metrics.value(firing)).isZero();
  }

  @Test
  void firingAlert_ofARuleOutOfForce_isNotCountedAnyMore() throws Exception {
    judged(10, 0.5);
    List<AlertRule> rules = rules();
    rules.removeIf(rule -> rule.rule() == Rule.HARMFUL_SCORE);
    restart(rules);
    trained(11);
    assertThat(metrics.value("sapflow.rule.harmful-score.alertsFiring")).isZero();
  }

  @Test
  void recordsSetAside_areCountedByReason_unknownOnesTogether() throws Exception {
    setAside("helper", "CUT");
    setAside("made-up", "CUT");
    setAside("helper", "OF_ANOTHER_RELEASE");
    assertThat(metrics.value("sapflow.reason.CUT.quarantined")).isEqualTo(2);
    assertThat(metrics.value("sapflow.reason._others.quarantined")).isEqualTo(1);
    assertThat(metrics.value("sapflow.reason.PAUSED.quarantined")).isZero();
  }

  @Test
  void candidate_withoutAReport_isOverdue_untilOneComes() throws Exception {
    harness.setProcessingTime(MINUTE);
    made(10);
    harness.setProcessingTime(6 * MINUTE);
    made(20);
    assertThat(told()).isEmpty();
    harness.setProcessingTime(11 * MINUTE + 1000);
    assertThat(told()).containsExactly("probe-overdue FIRING");
    judged(20, 0);
    assertThat(told()).containsExactly("probe-overdue RESOLVED");
    harness.setProcessingTime(60 * MINUTE);
    assertThat(told()).isEmpty();
  }

  @Test
  void candidate_reportedInTime_isNotOverdue() throws Exception {
    made(10);
    harness.setProcessingTime(9 * MINUTE);
    judged(10, 0);
    harness.setProcessingTime(60 * MINUTE);
    assertThat(told()).isEmpty();
  }

  @Test
  void source_thatPushes_fires_andResolvesOnceItIsGone() throws Exception {
    for (int step = 1; step <= 4; step++) {
      trained(step, pushes("good", 0), pushes("fine", 0.02), pushes("bad", 2));
    }
    assertThat(told()).containsExactly("source-suspicious FIRING");
    SafetyAlert alert = harness.extractOutputValues().get(0);
    assertThat(alert.getLabels()).containsEntry("source", "bad");
    assertThat(alert.getEvidence().getSources().get(0).getSource()).isEqualTo("bad");
    for (int step = 5; step <= 40; step++) {
      trained(step, pushes("good", 0), pushes("fine", 0.02));
    }
    assertThat(told()).containsExactly("source-suspicious RESOLVED");
  }

  @Test
  void source_thatIsSetAside_resolvesAtOnce() throws Exception {
    for (int step = 1; step <= 4; step++) {
      trained(step, pushes("good", 0), pushes("fine", 0.02), pushes("bad", 2));
    }
    AppliedCommand quarantine =
        new AppliedCommand(
            "c", CommandKind.QUARANTINE_SOURCE, CommandOutcome.APPLIED, null, "gate", "bad");
    harness.processElement(
        Watched.of(
            TrainingStep.newBuilder()
                .setAdapterId("helper")
                .setGeneration(0)
                .setStep(5)
                .setUpdates(4)
                .setOutcome(StepStatus.COMMAND)
                .setAppliedCommands(List.of(quarantine))
                .build()),
        0);
    assertThat(told())
        .containsExactly(
            "source-suspicious FIRING", "incident FIRING", "source-suspicious RESOLVED");
  }

  @Test
  void adapters_areWatchedApart() throws Exception {
    judged(10, 0.5);
    Watched other =
        Watched.of(
            new Judgement(
                report(0, 10, 0.0), Verdict.PROMOTE, "why", null, version(10), null, null, null));
    harness.processElement(new Watched("other", other.judgement(), null, null, null, null), 0);
    assertThat(told()).containsExactly("harmful-score FIRING");
  }

  @Test
  void rule_takenOutOfForceWhileItsAlertFires_resolvesItWithItsFingerprint() throws Exception {
    judged(10, 0.5);
    String fingerprint = harness.extractOutputValues().get(0).getFingerprint();
    List<AlertRule> rules = rules();
    rules.removeIf(rule -> rule.rule() == Rule.HARMFUL_SCORE);
    restart(rules);
    trained(11);
    trained(12);
    assertThat(harness.extractOutputValues())
        .singleElement()
        .satisfies(
            alert -> {
              assertThat(alert.getStatus()).isEqualTo(AlertStatus.RESOLVED);
              assertThat(alert.getFingerprint()).isEqualTo(fingerprint);
            });
  }

  @Test
  void severity_changedWhileItsAlertFires_resolvesItWithItsFingerprint() throws Exception {
    judged(10, 0.5);
    String fingerprint = harness.extractOutputValues().get(0).getFingerprint();
    List<AlertRule> rules = rules();
    rules.set(
        Rule.HARMFUL_SCORE.ordinal(),
        new AlertRule(Rule.HARMFUL_SCORE, "info", 0.1, 0.02, Duration.ZERO, AlertAction.NONE));
    restart(rules);
    judged(20, 0.0);
    judged(30, 0.5);
    List<SafetyAlert> alerts = harness.extractOutputValues();
    assertThat(alerts).extracting(SafetyAlert::getSeverity).containsExactly("critical", "info");
    assertThat(alerts.get(0).getFingerprint()).isEqualTo(fingerprint);
  }

  private void judgedBy(long step, String judge, int failures) throws Exception {
    ProbeReport report = report(0, step, 0);
    report.setJudges(List.of(new JudgeScore(judge, 0.0, 0.0, 1.0, 40, failures, List.of(), 0, 0)));
    harness.processElement(
        Watched.of(new Judgement(report, Verdict.HOLD, "why", null, null, null, null, null)), 0);
  }

  @Test
  void judge_thatIsNotAskedAnyMore_resolves() throws Exception {
    judgedBy(10, "guard", 3);
    assertThat(told()).containsExactly("judge-down FIRING");
    judgedBy(20, "refusal", 0);
    assertThat(told()).containsExactly("judge-down RESOLVED");
  }

  @Test
  void candidate_thatMustBeOverdueForAWhile_firesAfterIt() throws Exception {
    List<AlertRule> rules = rules();
    rules.set(
        Rule.PROBE_OVERDUE.ordinal(),
        new AlertRule(
            Rule.PROBE_OVERDUE, "warning", 10, 10, Duration.ofMinutes(5), AlertAction.NONE));
    restart(rules);
    made(10);
    harness.setProcessingTime(11 * MINUTE);
    harness.setProcessingTime(14 * MINUTE);
    assertThat(told()).isEmpty();
    harness.setProcessingTime(17 * MINUTE);
    assertThat(told()).containsExactly("probe-overdue FIRING");
    assertThat(harness.numProcessingTimeTimers()).isZero();
  }

  @Test
  void threshold_thatIsNeverReached_setsNoTimerForNow() throws Exception {
    List<AlertRule> rules = rules();
    rules.set(
        Rule.PROBE_OVERDUE.ordinal(),
        new AlertRule(
            Rule.PROBE_OVERDUE, "warning", Double.MAX_VALUE, 0, Duration.ZERO, AlertAction.NONE));
    restart(rules);
    made(10);
    harness.setProcessingTime(600 * MINUTE);
    assertThat(told()).isEmpty();
    assertThat(harness.numProcessingTimeTimers()).isEqualTo(1);
  }

  private void setAside(String adapterId, String reason) throws Exception {
    harness.processElement(
        Watched.of(
            QuarantinedRecord.newBuilder()
                .setValue(ByteBuffer.allocate(0))
                .setTopic("sapflow.examples.v1")
                .setPartition(0)
                .setOffset(3)
                .setTimestamp(0)
                .setStage("ingest")
                .setReason(reason)
                .setMessage("")
                .setTime(0)
                .setAdapterId(adapterId)
                .build()),
        0);
  }

  @Test
  void records_ofNoAdapter_fireTogether_andAreForgottenOnceNoneComes() throws Exception {
    for (int i = 0; i < 60; i++) {
      setAside("made-up-" + i, "UNKNOWN_ADAPTER");
    }
    assertThat(told()).containsExactly("quarantine-rate FIRING");
    assertThat(harness.extractOutputValues().get(0).getAdapterId()).isEqualTo("(none)");
    setAside("never-trained", "EMPTY_ANSWER");
    harness.setProcessingTime(40 * MINUTE);
    setAside(null, "EMPTY_ANSWER");
    harness.setProcessingTime(90 * MINUTE);
    assertThat(told()).isEmpty();
    harness.setProcessingTime(110 * MINUTE);
    assertThat(told()).containsExactly("quarantine-rate RESOLVED");
    assertThat(harness.numKeyedStateEntries()).isZero();
    assertThat(harness.numProcessingTimeTimers()).isZero();
  }

  @Test
  void records_ofAnAdapterThatTrains_areNotForgotten() throws Exception {
    setAside("helper", "EMPTY_ANSWER");
    made(0);
    harness.setProcessingTime(9 * MINUTE);
    judged(0, 0);
    harness.setProcessingTime(120 * MINUTE);
    assertThat(harness.numKeyedStateEntries()).isEqualTo(1);
  }

  @Test
  void rule_thatHasResolved_takesNoRoom() throws Exception {
    judged(0, 0);
    int before = harness.numKeyedStateEntries();
    judged(10, 0.5);
    assertThat(harness.numKeyedStateEntries()).isEqualTo(before + 1);
    judged(20, 0.0);
    assertThat(harness.numKeyedStateEntries()).isEqualTo(before);
  }

  private void pointer(String version) throws Exception {
    harness.processElement(Watched.ofPointer("helper", version), 0);
  }

  private void answered(CommandKind kind, CommandOutcome outcome, String target) throws Exception {
    harness.processElement(
        Watched.of(
            TrainingStep.newBuilder()
                .setAdapterId("helper")
                .setGeneration(0)
                .setStep(11)
                .setUpdates(11)
                .setOutcome(StepStatus.COMMAND)
                .setAppliedCommands(
                    List.of(new AppliedCommand("c", kind, outcome, null, "gate", target)))
                .build()),
        0);
  }

  @Test
  void pointer_behindThePromotion_firesAfterACheckpointAndThirtySeconds() throws Exception {
    harness.setProcessingTime(MINUTE);
    pointer(version(0));
    judged(0, 0);
    harness.setProcessingTime(2 * MINUTE);
    judged(10, 0);
    harness.setProcessingTime(2 * MINUTE + 40_000);
    pointer(version(0));
    assertThat(told()).isEmpty();
    harness.setProcessingTime(2 * MINUTE + 40_002);
    assertThat(told()).containsExactly("pointer-differs FIRING");
    harness.setProcessingTime(9 * MINUTE);
    assertThat(told()).isEmpty();
    pointer(version(10));
    assertThat(told()).containsExactly("pointer-differs RESOLVED");
    SafetyAlert fired = harness.extractOutputValues().get(0);
    assertThat(fired.getAnnotations().get("summary"))
        .contains("the pointer names " + version(0) + ", but " + version(10) + " is to be served");
  }

  @Test
  void pointer_movedInTime_orNotHeardOf_orRolledBackByAPerson_doesNotFire() throws Exception {
    judged(0, 0);
    harness.setProcessingTime(5 * MINUTE);
    pointer(null);
    pointer(version(0));
    judged(10, 0);
    harness.setProcessingTime(5 * MINUTE + 35_000);
    pointer(version(10));
    answered(CommandKind.ROLLBACK, CommandOutcome.APPLIED, version(0));
    pointer(version(0));
    harness.setProcessingTime(60 * MINUTE);
    assertThat(told()).containsExactly("incident FIRING");
  }

  @Test
  void pointer_onAVersionWhosePromotionTheTrainerRefused_fires() throws Exception {
    harness.setProcessingTime(MINUTE);
    judged(10, 0);
    pointer(version(10));
    answered(CommandKind.PROMOTED, CommandOutcome.REFUSED, version(10));
    harness.setProcessingTime(2 * MINUTE);
    assertThat(told()).containsExactly("pointer-differs FIRING");
    judged(20, 0);
    pointer(version(20));
    assertThat(told()).containsExactly("pointer-differs RESOLVED");
  }

  @Test
  void pointer_whileTheJobWasDown_isNotBehind() throws Exception {
    harness.setProcessingTime(MINUTE);
    pointer(version(0));
    judged(10, 0);
    restart(rules());
    harness.setProcessingTime(60 * MINUTE);
    assertThat(told()).isEmpty();
    harness.setProcessingTime(60 * MINUTE + 40_002);
    assertThat(told()).containsExactly("pointer-differs FIRING");
  }
}
