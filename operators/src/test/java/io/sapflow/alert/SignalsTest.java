package io.sapflow.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.gate.Judgement;
import io.sapflow.gate.Reports;
import io.sapflow.gate.Verdict;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.SourceEvidence;
import io.sapflow.schema.SourceSignal;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TrainingStep;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SignalsTest {

  private static final int PUSHES = 8;

  private final Signals signals = new Signals(null, PUSHES);
  private int number;

  private TrainingStep.Builder step() {
    return TrainingStep.newBuilder()
        .setAdapterId("helper")
        .setGeneration(0)
        .setStep(++number)
        .setUpdates(number)
        .setOutcome(StepStatus.TRAINED)
        .setTaskLoss(0.5)
        .setExamples(10);
  }

  private static SourceEvidence pushes(String source, double mean) {
    return SourceEvidence.newBuilder()
        .setSource(source)
        .setExamples(3)
        .setShare(0.3)
        .setPushes(3)
        .setMeanPush(mean)
        .setMaxPush(mean)
        .setPushDeviation(0.1)
        .build();
  }

  /** The value of a rule in readings; fails without one. */
  private static double value(List<Reading> readings, Rule rule) {
    return readings.stream()
        .filter(reading -> reading.rule() == rule)
        .mapToDouble(Reading::value)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void steps_threeLostInARow_areDivergence() {
    List<Reading> readings = List.of();
    for (int i = 0; i < 3; i++) {
      assertThat(readings.isEmpty() || value(readings, Rule.TRAINING_DIVERGED) < 0.2).isTrue();
      TrainingStep lost =
          step().setOutcome(StepStatus.SKIPPED).setTaskLoss(null).setReason("loss is NaN").build();
      readings = signals.step(lost, Set.of(), 0);
    }
    assertThat(value(readings, Rule.TRAINING_DIVERGED)).isGreaterThan(0.2);
    assertThat(readings.get(0).doing()).isEqualTo("loss is NaN");
  }

  @Test
  void loss_aboveThatOfGuessing_isLost() {
    List<Reading> readings = signals.step(step().setTaskLoss(13.0).build(), Set.of(), 0);
    assertThat(value(readings, Rule.TRAINING_DIVERGED)).isEqualTo(0.1);
  }

  @Test
  void source_pushingAboveTheOthers_isRead_othersAreNot() {
    List<Reading> readings = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      TrainingStep step =
          step()
              .setPushBySource(List.of(pushes("a", 0), pushes("b", 2), pushes("c", 0.05)))
              .build();
      readings = signals.step(step, Set.of(), 0);
    }
    List<Reading> suspicions =
        readings.stream().filter(r -> r.rule() == Rule.SOURCE_SUSPICIOUS).toList();
    assertThat(suspicions).hasSize(1);
    assertThat(suspicions.get(0).labels()).containsEntry("source", "b");
    assertThat(suspicions.get(0).value()).isGreaterThan(Rule.SOURCE_SUSPICIOUS.threshold());
    assertThat(suspicions.get(0).evidence().getSources().get(0).getSource()).isEqualTo("b");
  }

  @Test
  void source_ofWhomTooFewPushesAreKnown_isNotSuspicious() {
    List<Reading> readings =
        signals.step(
            step().setPushBySource(List.of(pushes("a", 0), pushes("b", 2))).build(), Set.of(), 0);
    assertThat(value(readings, Rule.SOURCE_SUSPICIOUS)).isZero();
  }

  @Test
  void watchedSource_thatIsGone_isReadAsZero() {
    List<Reading> readings =
        signals.step(step().setPushBySource(List.of(pushes("a", 0))).build(), Set.of("gone"), 0);
    assertThat(readings)
        .filteredOn(r -> r.labels().containsValue("gone"))
        .singleElement()
        .satisfies(r -> assertThat(r.value()).isZero());
  }

  @Test
  void rollback_undoesWhatWasSummed() {
    for (int i = 0; i < 50; i++) {
      signals.step(step().setHarmAlignment(i % 2 * 0.1).build(), Set.of(), 0);
    }
    for (int i = 0; i < 5; i++) {
      signals.step(step().setHarmAlignment(0.9).build(), Set.of(), 0);
    }
    assertThat(signals.book().getCusum()).isGreaterThan(8);
    signals.step(step().setOutcome(StepStatus.COMMAND).setGeneration(1).build(), Set.of(), 0);
    assertThat(signals.book().getCusum()).isZero();
  }

  @Test
  void skippedStep_whoseSignalsAreNoNumbers_poisonsNothing() {
    TrainingStep skipped =
        step()
            .setOutcome(StepStatus.SKIPPED)
            .setTaskLoss(Double.NaN)
            .setHarmAlignment(Double.NaN)
            .setPushBySource(List.of(pushes("a", Double.NaN)))
            .build();
    assertThat(signals.step(skipped, Set.of(), 0))
        .extracting(Reading::rule)
        .containsExactly(Rule.TRAINING_DIVERGED);
    TrainingStep sound =
        step().setHarmAlignment(0.1).setPushBySource(List.of(pushes("a", 0.2))).build();
    List<Reading> readings = signals.step(sound, Set.of(), 0);
    assertThat(value(readings, Rule.DRIFT)).isZero();
    assertThat(value(readings, Rule.SOURCE_SUSPICIOUS)).isZero();
    assertThat(signals.book().getAlignmentMean()).isEqualTo(0.1);
  }

  @Test
  void trainedStep_withAPushThatIsNoNumber_leavesThatSourceOut() {
    List<SourceEvidence> pushes = List.of(pushes("a", 0.1), pushes("b", Double.NaN));
    signals.step(step().setPushBySource(pushes).build(), Set.of(), 0);
    assertThat(signals.book().getSources())
        .extracting(SourceSignal::getSource)
        .containsExactly("a");
  }

  @Test
  void rollback_isReadAtOnce() {
    for (int i = 0; i < 3; i++) {
      signals.step(step().setOutcome(StepStatus.SKIPPED).build(), Set.of(), 0);
    }
    TrainingStep back = step().setOutcome(StepStatus.COMMAND).setGeneration(1).build();
    List<Reading> readings = signals.step(back, Set.of(), 0);
    assertThat(value(readings, Rule.TRAINING_DIVERGED)).isZero();
    assertThat(value(readings, Rule.DRIFT)).isZero();
  }

  private static QuarantinedRecord quarantined(String reason) {
    return QuarantinedRecord.newBuilder()
        .setValue(ByteBuffer.allocate(0))
        .setTopic("sapflow.examples.v1")
        .setPartition(0)
        .setOffset(3)
        .setTimestamp(0)
        .setStage("ingest")
        .setReason(reason)
        .setMessage("")
        .setTime(0)
        .build();
  }

  @Test
  void quarantine_ofWhatRecordsHold_isAShareOfRecentOnes() {
    for (int i = 0; i < 10; i++) {
      signals.step(step().build(), Set.of(), 0);
    }
    List<Reading> readings = List.of();
    for (int i = 0; i < 50; i++) {
      readings = signals.quarantined(quarantined("EMPTY_ID"), 0);
    }
    assertThat(value(readings, Rule.QUARANTINE_RATE)).isBetween(0.3, 0.45);
  }

  @Test
  void quarantine_thatSomebodyDecided_doesNotCount() {
    for (int i = 0; i < 100; i++) {
      assertThat(signals.quarantined(quarantined("SAFETY_ROLLBACK"), 0)).isEmpty();
    }
    assertThat(signals.book().getQuarantined()).isZero();
  }

  @Test
  void quarantine_ofFewRecords_saysNothing() {
    assertThat(signals.quarantined(quarantined("EMPTY_ID"), 0)).isEmpty();
  }

  private static AdapterVersion candidate(long step) {
    return Reports.candidate("helper", step);
  }

  @Test
  void candidate_waitsSinceTheFirst_whateverSupersedesIt() {
    signals.candidate(candidate(10), 1000);
    signals.candidate(candidate(20), 50_000);
    assertThat(value(signals.waiting(121_000), Rule.PROBE_OVERDUE)).isEqualTo(2);
  }

  @Test
  void noCandidate_nothingIsOverdue() {
    assertThat(signals.waiting(1_000_000)).isEmpty();
  }

  private static AppliedCommand setAside(String source, CommandOutcome outcome) {
    return AppliedCommand.newBuilder()
        .setId("c")
        .setKind(CommandKind.QUARANTINE_SOURCE)
        .setOutcome(outcome)
        .setTarget(source)
        .build();
  }

  @Test
  void source_thatIsSetAside_isForgottenAndReadAsZero() {
    signals.step(
        step().setPushBySource(List.of(pushes("a", 0), pushes("b", 2))).build(), Set.of(), 0);
    TrainingStep answer =
        step()
            .setOutcome(StepStatus.COMMAND)
            .setAppliedCommands(List.of(setAside("b", CommandOutcome.APPLIED)))
            .build();
    List<Reading> readings = signals.step(answer, Set.of("a", "b"), 0);
    assertThat(readings)
        .extracting(Reading::rule)
        .containsExactly(Rule.INCIDENT, Rule.SOURCE_SUSPICIOUS);
    assertThat(readings.get(1))
        .satisfies(r -> assertThat(r.labels()).containsEntry("source", "b"))
        .satisfies(r -> assertThat(r.value()).isZero());
    assertThat(signals.book().getSources())
        .extracting(SourceSignal::getSource)
        .containsExactly("a");
  }

  @Test
  void source_thatWasNotSetAside_isKept() {
    signals.step(step().setPushBySource(List.of(pushes("b", 2))).build(), Set.of(), 0);
    TrainingStep answer =
        step()
            .setOutcome(StepStatus.COMMAND)
            .setAppliedCommands(List.of(setAside("b", CommandOutcome.REFUSED)))
            .build();
    assertThat(signals.step(answer, Set.of("b"), 0)).isEmpty();
    assertThat(signals.book().getSources()).hasSize(1);
  }

  private static Judgement judged(long step, boolean complete) {
    ProbeReport report =
        ProbeReport.newBuilder(Reports.report(0, step, 0)).setComplete(complete).build();
    return new Judgement(report, Verdict.HOLD, "", null, null, null, null, null);
  }

  @Test
  void report_completeAndOfTheLastCandidate_endsTheWait() {
    signals.candidate(candidate(10), 1000);
    assertThat(value(signals.judged(judged(10, true), 5000), Rule.PROBE_OVERDUE)).isZero();
    assertThat(signals.waitingSince()).isNull();
  }

  @Test
  void report_ofAnOlderCandidate_letsTheWaitBeginAnew() {
    signals.candidate(candidate(10), 1000);
    signals.candidate(candidate(20), 2000);
    signals.judged(judged(10, true), 5000);
    assertThat(signals.waitingSince()).isEqualTo(5000);
  }

  @Test
  void report_thatIsIncomplete_letsTheWaitGoOn() {
    signals.candidate(candidate(10), 1000);
    assertThat(signals.judged(judged(10, false), 5000))
        .extracting(Reading::rule)
        .doesNotContain(Rule.PROBE_OVERDUE);
    assertThat(signals.waitingSince()).isEqualTo(1000);
  }

  private static Judgement asked(String promptSetDigest) {
    ProbeReport report =
        ProbeReport.newBuilder(Reports.report(0, 10, 0))
            .setPromptSetDigest(promptSetDigest)
            .build();
    return new Judgement(report, Verdict.PROMOTE, "", null, null, null, null, null);
  }

  private List<Double> setChanges(List<Reading> readings, String set) {
    return readings.stream()
        .filter(reading -> reading.rule() == Rule.SAFETY_SET_CHANGED)
        .filter(reading -> reading.labels().equals(Map.of("set", set)))
        .map(Reading::value)
        .toList();
  }

  @Test
  void prompts_thatAreOthersThanInTheReportBefore_haveChanged() {
    assertThat(setChanges(signals.judged(asked("a"), 1), "prompts")).containsExactly(0.0);
    assertThat(setChanges(signals.judged(asked("b"), 2), "prompts")).containsExactly(1.0);
    assertThat(setChanges(signals.judged(asked("b"), 3), "prompts")).containsExactly(0.0);
    assertThat(setChanges(signals.judged(asked(""), 4), "prompts")).containsExactly(0.0);
    assertThat(setChanges(signals.judged(asked("a"), 5), "prompts"))
        .as("after a report of an older release, which names no set")
        .containsExactly(1.0);
  }

  @Test
  void pairs_thatAreOthersThanInTheStepBefore_haveChangedUntilTheNextReport() {
    assertThat(setChanges(signals.step(step().setPairSetDigest("a").build(), Set.of(), 1), "pairs"))
        .isEmpty();
    assertThat(setChanges(signals.step(step().setPairSetDigest("b").build(), Set.of(), 2), "pairs"))
        .containsExactly(1.0);
    assertThat(setChanges(signals.step(step().setPairSetDigest("b").build(), Set.of(), 3), "pairs"))
        .isEmpty();
    assertThat(setChanges(signals.judged(asked("a"), 4), "pairs")).containsExactly(0.0);
  }

  @Test
  void adapter_ofWhichOnlyQuarantineTells_isToldFromOneThatTrains() {
    signals.quarantined(quarantined("EMPTY_ID"), 0);
    assertThat(signals.onlyQuarantined()).isTrue();
    assertThat(value(signals.forgotten(9), Rule.QUARANTINE_RATE)).isZero();
    signals.step(step().build(), Set.of(), 0);
    assertThat(signals.onlyQuarantined()).isFalse();
  }

  @Test
  void ruleOutOfForce_isReadAsZeroForItsLabels() {
    Reading last = signals.withdrawn(Rule.DRIFT, Map.of("source", "b"), 7);
    assertThat(last.value()).isZero();
    assertThat(last.labels()).containsEntry("source", "b");
    assertThat(last.what()).isEqualTo("rule drift is out of force");
  }
}
