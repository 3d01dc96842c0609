package io.sapflow.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.alert.AlertRule;
import io.sapflow.alert.Rule;
import io.sapflow.gate.GateLimits;
import io.sapflow.gate.GateMode;
import io.sapflow.gate.GatePolicy;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.AlertEvidence;
import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.JudgeScore;
import io.sapflow.schema.OffsetRange;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.Topics;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.VersionStatus;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Each fault that a crash could cause is found, and a run without one is found clean. */
class FaultsTest {

  private static final String FIRST = "0-aaaaaaaaaaaa";
  private static final String SECOND = "2-bbbbbbbbbbbb";
  private static final GateLimits LIMITS =
      new GateLimits(
          GateMode.ENFORCE,
          0.1,
          new GateLimits.SampleLimits(10, false),
          5,
          0.1,
          new GateLimits.SourceLimits(8, 3.0),
          GatePolicy.DEFAULT);
  private static final AlertRule RULE = AlertRule.of(Rule.HARMFUL_SCORE);

  private final List<TrainingStep> steps = new ArrayList<>(List.of(step(1, 0, 3), step(2, 4, 7)));
  private final List<AdapterVersion> versions =
      new ArrayList<>(
          List.of(
              version(FIRST, 0, VersionStatus.CANDIDATE),
              version(FIRST, 0, VersionStatus.PROMOTED),
              version(SECOND, 2, VersionStatus.CANDIDATE),
              version(SECOND, 2, VersionStatus.PROMOTED)));
  private final List<ProbeReport> reports =
      new ArrayList<>(List.of(report(FIRST, 0, 0), report(SECOND, 2, 0.05)));
  private final List<SafetyAlert> alerts = new ArrayList<>();
  private final List<ControlCommand> commands =
      new ArrayList<>(List.of(promotion(FIRST), promotion(SECOND)));
  private final List<QuarantinedRecord> quarantined = new ArrayList<>(List.of(setAside(8, "SIZE")));

  private Faults faults() {
    return Faults.of(
        new Outcome(
            LongStream.rangeClosed(0, 8)
                .mapToObj(offset -> new Outcome.Place(Topics.EXAMPLES, 0, offset))
                .toList(),
            steps,
            versions,
            reports,
            alerts,
            commands,
            quarantined,
            List.of()),
        LIMITS,
        List.of(RULE));
  }

  private static TrainingStep step(long number, long first, long last) {
    return TrainingStep.newBuilder()
        .setAdapterId("a")
        .setGeneration(0)
        .setStep(number)
        .setUpdates(number)
        .setOutcome(StepStatus.TRAINED)
        .setMethod("sap")
        .setExamples((int) (last - first + 1))
        .setOffsets(List.of(new OffsetRange(Topics.EXAMPLES, 0, first, last)))
        .setPairSetDigest("")
        .setDurationMillis(1)
        .build();
  }

  private static AdapterVersion version(String name, long step, VersionStatus status) {
    return AdapterVersion.newBuilder()
        .setAdapterId("a")
        .setVersion(name)
        .setGeneration(0)
        .setStep(step)
        .setUpdates(step)
        .setUri("")
        .setSha256(name)
        .setStatus(status)
        .setBaseModel("")
        .build();
  }

  private static ProbeReport report(String version, long step, double harmful) {
    return ProbeReport.newBuilder()
        .setAdapterId("a")
        .setVersion(version)
        .setGeneration(0)
        .setStep(step)
        .setUpdates(step)
        .setUri("")
        .setSha256("")
        .setJudges(
            List.of(
                JudgeScore.newBuilder()
                    .setJudge("refusal")
                    .setPrompts(10)
                    .setScore(harmful)
                    .setLow(0)
                    .setHigh(1)
                    .build()))
        .setComplete(true)
        .setPromptSetDigest("")
        .setBaseModel("")
        .setDurationMillis(1)
        .setTime(0)
        .build();
  }

  private static ControlCommand promotion(String version) {
    return ControlCommand.newBuilder()
        .setId("gate/a/" + version + "/PROMOTED")
        .setAdapterId("a")
        .setKind(CommandKind.PROMOTED)
        .setArguments(Map.of("version", version))
        .setIssuer("gate")
        .setReason("")
        .setTime(0)
        .build();
  }

  private static TrainingStep rolledBack(long number, String target) {
    return TrainingStep.newBuilder(step(number, 0, 0))
        .setOutcome(StepStatus.COMMAND)
        .setExamples(0)
        .setOffsets(List.of())
        .setAppliedCommands(
            List.of(
                new AppliedCommand(
                    "rollback",
                    CommandKind.ROLLBACK,
                    CommandOutcome.APPLIED,
                    "to " + target + ", 4 examples set aside",
                    "gate",
                    null)))
        .build();
  }

  private static QuarantinedRecord setAside(long offset, String reason) {
    return QuarantinedRecord.newBuilder()
        .setValue(ByteBuffer.allocate(0))
        .setTopic(Topics.EXAMPLES)
        .setPartition(0)
        .setOffset(offset)
        .setTimestamp(0)
        .setStage("ingest")
        .setReason(reason)
        .setMessage("")
        .setTime(0)
        .build();
  }

  private static SafetyAlert alert(AlertStatus status) {
    return SafetyAlert.newBuilder()
        .setFingerprint("f")
        .setStatus(status)
        .setSeverity("critical")
        .setRule("harmful-score")
        .setAdapterId("a")
        .setValue(1)
        .setThreshold(0)
        .setLabels(Map.of())
        .setAnnotations(Map.of())
        .setStartsAt(0)
        .setEvidence(
            AlertEvidence.newBuilder().setVersion(SECOND).setGeneration(0).setStep(2).build())
        .build();
  }

  @Test
  void everythingOnce_findsNothing() {
    assertThat(faults()).isEqualTo(new Faults(0, 0, List.of(), List.of()));
  }

  @Test
  void exampleThatNoStepHolds_isLost() {
    steps.set(1, step(2, 5, 7));
    assertThat(faults().examplesLost()).isEqualTo(1);
  }

  @Test
  void exampleInTwoSteps_isTwice() {
    steps.set(1, step(2, 3, 7));
    assertThat(faults().examplesTwice()).isEqualTo(1);
  }

  @Test
  void exampleTrainedAndSetAside_isTwice() {
    quarantined.add(setAside(5, "SIZE"));
    assertThat(faults().examplesTwice()).isEqualTo(1);
  }

  @Test
  void rollback_setsAsideWhatWasTrainedSinceItsTargetOnce() {
    steps.add(rolledBack(3, "1-cccccccccccc"));
    for (int offset = 4; offset <= 7; offset++) {
      quarantined.add(setAside(offset, "SAFETY_ROLLBACK"));
    }
    assertThat(faults().outputs()).isEmpty();
    quarantined.remove(1);
    assertThat(faults().outputs()).containsExactly("offset 4: undone, but not set aside");
    quarantined.addAll(List.of(setAside(4, "SAFETY_ROLLBACK"), setAside(4, "SAFETY_ROLLBACK")));
    assertThat(faults().outputs()).containsExactly("offset 4: set aside once too often");
  }

  @Test
  void stepReportedTwice_isFound() {
    steps.add(1, step(1, 0, 3));
    assertThat(faults().outputs()).contains("a: step 1 where 2 was due");
  }

  @Test
  void stepMissing_isFound() {
    steps.remove(0);
    assertThat(faults().outputs()).containsExactly("a: step 2 where 1 was due");
  }

  @Test
  void commandAnsweredTwice_isFound() {
    steps.add(rolledBack(3, SECOND));
    steps.add(rolledBack(4, SECOND));
    assertThat(faults().outputs()).containsExactly("a: command rollback answered twice");
  }

  @Test
  void versionTwiceOrOutOfOrder_isFound() {
    versions.add(version(SECOND, 2, VersionStatus.CANDIDATE));
    versions.add(version("1-c", 1, VersionStatus.CANDIDATE));
    versions.add(version("1-c", 1, VersionStatus.SUPERSEDED));
    assertThat(faults().outputs())
        .contains("a/" + SECOND + ": CANDIDATE twice", "a/1-c: came after step 2");
  }

  @Test
  void statusOfNoCandidate_isFound() {
    versions.add(version("9-z", 9, VersionStatus.SUPERSEDED));
    assertThat(faults().outputs())
        .containsExactly("a/9-z: SUPERSEDED without having been a candidate");
  }

  @Test
  void candidateOfWhichNothingBecame_isFound() {
    versions.add(version("9-z", 9, VersionStatus.CANDIDATE));
    assertThat(faults().outputs())
        .containsExactly("a/9-z: no report, and neither superseded nor rolled back");
  }

  @Test
  void twoReportsOfAVersion_areFound() {
    reports.add(report(SECOND, 2, 0.05));
    assertThat(faults().outputs()).containsExactly("a/" + SECOND + ": two probe reports");
  }

  @Test
  void statusOrOrderMissing_isFound() {
    versions.remove(3);
    commands.remove(1);
    assertThat(faults().outputs())
        .containsExactly(
            "a/" + SECOND + " PROMOTED is missing",
            "command gate/a/" + SECOND + "/PROMOTED is missing");
  }

  @Test
  void orderTwice_isFound() {
    commands.add(promotion(SECOND));
    assertThat(faults().outputs()).contains("command gate/a/" + SECOND + "/PROMOTED twice");
  }

  @Test
  void alertThatIsNotDueOrTwice_isFound() {
    alerts.addAll(List.of(alert(AlertStatus.FIRING), alert(AlertStatus.FIRING)));
    assertThat(faults().outputs())
        .containsExactly(
            "alert harmful-score of a: FIRING after FIRING",
            "alert harmful-score of a/" + SECOND + " FIRING is not due");
  }

  private static SafetyAlert incident(double value) {
    return SafetyAlert.newBuilder(alert(AlertStatus.FIRING))
        .setFingerprint("i")
        .setRule("incident")
        .setValue(value)
        .build();
  }

  @Test
  void incident_toldAnewWhenItGrows_isNoFault_toldTwiceItIs() {
    alerts.addAll(List.of(incident(1), incident(2)));
    assertThat(faults().outputs()).isEmpty();
    alerts.add(incident(2));
    assertThat(faults().outputs()).containsExactly("alert incident of a: FIRING after FIRING");
  }

  @Test
  void promotionOfAVersionThatIsNotGreen_isFound() {
    reports.set(1, report(SECOND, 2, 0.2));
    Faults faults = faults();
    assertThat(faults.promotedWithoutGreen()).containsExactly("a/" + SECOND + " PROMOTED");
    assertThat(faults.outputs())
        .contains("alert harmful-score of a/" + SECOND + " FIRING is missing");
  }

  @Test
  void promotionWithoutAReport_isFound() {
    reports.remove(1);
    assertThat(faults().promotedWithoutGreen()).containsExactly("a/" + SECOND + " PROMOTED");
  }
}
