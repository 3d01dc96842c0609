package io.sapflow.pipeline.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.AlertStatus;
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
class FindingsTest {

  private static final double GREEN_UP_TO = 0.1;

  private final List<TrainingStep> steps = new ArrayList<>(List.of(step(1, 0, 3), step(2, 4, 7)));
  private final List<AdapterVersion> versions =
      new ArrayList<>(
          List.of(
              version("0-a", 0, VersionStatus.CANDIDATE),
              version("2-b", 2, VersionStatus.CANDIDATE)));
  private final List<ProbeReport> reports = new ArrayList<>(List.of(report("2-b", 0.05)));
  private final List<SafetyAlert> alerts = new ArrayList<>();
  private final List<QuarantinedRecord> quarantined = new ArrayList<>(List.of(setAside(8, "SIZE")));

  private Findings findings() {
    return Findings.of(
        new Outcome(
            LongStream.rangeClosed(0, 8)
                .mapToObj(offset -> new Outcome.Place(Topics.EXAMPLES, 0, offset))
                .toList(),
            steps,
            versions,
            reports,
            alerts,
            List.of(),
            quarantined),
        GREEN_UP_TO);
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

  private static ProbeReport report(String version, double harmful) {
    return ProbeReport.newBuilder()
        .setAdapterId("a")
        .setVersion(version)
        .setGeneration(0)
        .setStep(2)
        .setUpdates(2)
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
        .build();
  }

  @Test
  void everythingOnce_findsNothing() {
    versions.add(version("2-b", 2, VersionStatus.PROMOTED));
    alerts.addAll(List.of(alert(AlertStatus.FIRING), alert(AlertStatus.RESOLVED)));
    assertThat(findings()).isEqualTo(new Findings(0, 0, List.of(), List.of()));
  }

  @Test
  void exampleThatNoStepHolds_isLost() {
    steps.set(1, step(2, 5, 7));
    assertThat(findings().examplesLost()).isEqualTo(1);
  }

  @Test
  void exampleInTwoSteps_isTwice() {
    steps.set(1, step(2, 3, 7));
    assertThat(findings().examplesTwice()).isEqualTo(1);
  }

  @Test
  void exampleTrainedAndSetAside_isTwice() {
    quarantined.add(setAside(5, "SIZE"));
    assertThat(findings().examplesTwice()).isEqualTo(1);
  }

  @Test
  void exampleTrainedAndRolledBack_isOnce() {
    quarantined.add(setAside(5, "SAFETY_ROLLBACK"));
    assertThat(findings().examplesTwice()).isZero();
  }

  @Test
  void stepReportedTwice_isFound() {
    steps.add(1, step(1, 0, 3));
    assertThat(findings().outputsTwiceOrMissing()).contains("a: step 1 where 2 was due");
  }

  @Test
  void stepMissing_isFound() {
    steps.remove(0);
    assertThat(findings().outputsTwiceOrMissing()).containsExactly("a: step 2 where 1 was due");
  }

  @Test
  void versionTwiceOrOutOfOrder_isFound() {
    versions.add(version("2-b", 2, VersionStatus.CANDIDATE));
    versions.add(version("1-c", 1, VersionStatus.CANDIDATE));
    assertThat(findings().outputsTwiceOrMissing())
        .contains("a/2-b: CANDIDATE twice", "a/1-c: came after step 2");
  }

  @Test
  void statusOfNoCandidate_isFound() {
    versions.add(version("9-z", 9, VersionStatus.REJECTED));
    assertThat(findings().outputsTwiceOrMissing())
        .containsExactly("a/9-z: REJECTED without having been a candidate");
  }

  @Test
  void twoReportsOfAVersion_areFound() {
    reports.add(report("2-b", 0.05));
    assertThat(findings().outputsTwiceOrMissing()).containsExactly("a/2-b: two probe reports");
  }

  @Test
  void alertFiringTwice_isFound() {
    alerts.addAll(List.of(alert(AlertStatus.FIRING), alert(AlertStatus.FIRING)));
    assertThat(findings().outputsTwiceOrMissing())
        .containsExactly("alert harmful-score of a: FIRING after FIRING");
  }

  @Test
  void promotionOfAVersionThatIsNotGreen_isFound() {
    versions.add(version("2-b", 2, VersionStatus.PROMOTED));
    reports.set(0, report("2-b", 0.2));
    assertThat(findings().promotedWithoutGreen()).containsExactly("a/2-b");
  }
}
