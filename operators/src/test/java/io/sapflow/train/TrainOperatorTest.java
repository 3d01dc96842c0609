package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.adapter.PeftAdapter;
import io.sapflow.model.LoraSpec;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.ModelException;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.OffsetRange;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.SourceEvidence;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.Topics;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.VersionStatus;
import io.sapflow.telemetry.Seen;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainOperatorTest {

  @TempDir Path store;

  @Test
  void examples_twoWindows_areEachTrainedOnce() throws Exception {
    try (TrainHarness train = new TrainHarness.Setup(store).open()) {
      train.pairs(4);
      train.examples("helper", 0, 17);
      List<TrainingStep> steps = train.steps();
      assertThat(steps)
          .extracting(TrainingStep::getStep)
          .containsExactlyElementsOf(numbers(steps.size()));
      assertThat(steps).allMatch(step -> step.getOutcome() == StepStatus.TRAINED);
      assertThat(steps.stream().flatMap(step -> step.getExampleIds().stream()))
          .containsExactlyInAnyOrderElementsOf(ids(0, 16));
      assertThat(steps.get(0).getHarmAlignment()).isBetween(-1.0, 1.0);
      assertThat(steps)
          .flatExtracting(TrainingStep::getPushBySource)
          .allMatch(source -> source.getMeanPush() != null);
      assertThat(steps.get(0).getReplayed()).isEqualTo(1);
    }
  }

  @Test
  void examples_noActivePair_areTrainedPlainlyAndTheReportsSayWhy() throws Exception {
    try (TrainHarness train = new TrainHarness.Setup(store).open()) {
      train.examples("helper", 0, 16);
      List<TrainingStep> steps = train.steps();
      assertThat(steps.stream().mapToInt(TrainingStep::getExamples).sum()).isEqualTo(16);
      assertThat(steps)
          .allSatisfy(
              step -> {
                assertThat(step.getOutcome()).isEqualTo(StepStatus.TRAINED);
                assertThat(step.getReason())
                    .isEqualTo(
                        "no safety pair is active: trained without a harmful direction and without a new probe");
                assertThat(step.getReplayed()).isZero();
                assertThat(step.getProbeNorm()).isZero();
                assertThat(step.getHarmAlignment()).isNull();
              });
    }
  }

  @Test
  void pairs_comeAfterPlainSteps_directTheNextStepWhateverItsTurn() throws Exception {
    try (TrainHarness train = new TrainHarness.Setup(store).open()) {
      train.examples("helper", 0, 8);
      int plain = train.steps().size();
      assertThat(plain % TrainHarness.options().sap().directionRefreshSteps()).isNotZero();
      train.pairs(4);
      train.examples("helper", 8, 32);
      List<TrainingStep> after = train.steps().subList(plain, train.steps().size());
      assertThat(after.get(0).getSafetyLoss()).isPositive();
      assertThat(after).allMatch(step -> step.getReason() == null);
      assertThat(after).allMatch(step -> step.getHarmAlignment() != null);
      assertThat(after.get(after.size() - 1).getProbeNorm()).isPositive();
    }
  }

  @Test
  void pairs_allWithdrawn_clearDirectionAndProbeAtTheNextRefresh() throws Exception {
    try (TrainHarness train = new TrainHarness.Setup(store).open()) {
      train.pairs(2);
      train.examples("helper", 0, 16);
      assertThat(train.steps()).allMatch(step -> step.getReason() == null);
      train.withdrawPairs(2);
      train.examples("helper", 16, 48);
      TrainingStep last = train.steps().get(train.steps().size() - 1);
      assertThat(last.getOutcome()).isEqualTo(StepStatus.TRAINED);
      assertThat(last.getReason()).startsWith("no safety pair is active");
      assertThat(last.getProbeNorm()).isZero();
      assertThat(last.getHarmAlignment()).isNull();
    }
  }

  @Test
  void versions_firstAndEveryFewUpdates_stateWhatTheyWereTrainedOn() throws Exception {
    try (TrainHarness train = new TrainHarness.Setup(store).open()) {
      train.pairs(4);
      train.examples("helper", 0, 24);
      List<AdapterVersion> versions = train.versions();
      assertThat(versions).extracting(AdapterVersion::getStep).startsWith(0L, 5L);
      assertThat(versions).allMatch(version -> version.getStatus() == VersionStatus.CANDIDATE);
      assertThat(versions.get(0).getOffsets()).isEmpty();
      long trained =
          versions.get(1).getOffsets().stream()
              .mapToLong(r -> r.getLastOffset() - r.getFirstOffset() + 1)
              .sum();
      assertThat(trained)
          .isEqualTo(
              train.steps().subList(0, 5).stream().mapToInt(TrainingStep::getExamples).sum());
      assertThat(store.resolve("helper").resolve(versions.get(1).getVersion())).isDirectory();
    }
  }

  @Test
  void snapshot_restored_goesOnToTheSameBits() throws Exception {
    List<TrainingStep> undisturbed = new ArrayList<>();
    List<AdapterVersion> versions = new ArrayList<>();
    try (TrainHarness train = new TrainHarness.Setup(store.resolve("a")).open()) {
      train.pairs(4);
      train.examples("helper", 0, 40);
      undisturbed.addAll(train.steps());
      versions.addAll(train.versions());
    }
    OperatorSubtaskState snapshot;
    List<TrainingStep> disturbed = new ArrayList<>();
    List<AdapterVersion> again = new ArrayList<>();
    try (TrainHarness train = new TrainHarness.Setup(store.resolve("b")).open()) {
      train.pairs(4);
      train.examples("helper", 0, 19);
      snapshot = train.harness.snapshot(1, 1);
      disturbed.addAll(train.steps());
      again.addAll(train.versions());
      train.examples("helper", 19, 35);
    }
    try (TrainHarness train =
        new TrainHarness.Setup(store.resolve("b")).restored(snapshot).open()) {
      train.examples("helper", 19, 40);
      disturbed.addAll(train.steps());
      again.addAll(train.versions());
    }
    assertThat(disturbed.stream().map(TrainOperatorTest::timeless))
        .isEqualTo(undisturbed.stream().map(TrainOperatorTest::timeless).toList());
    assertThat(again)
        .extracting(AdapterVersion::getSha256)
        .isEqualTo(versions.stream().map(AdapterVersion::getSha256).toList());
  }

  /** The recorded adapter of the harness's model, in a directory of its own. */
  private Path startAdapter() throws Exception {
    Path fixture = TrainHarness.MODEL.resolve("adapter");
    Path directory = Files.createDirectory(store.resolve("start"));
    for (String file : List.of(PeftAdapter.CONFIG, PeftAdapter.WEIGHTS)) {
      Files.copy(fixture.resolve(file), directory.resolve(file));
    }
    return directory;
  }

  @Test
  void snapshot_restoredWithoutTheStartAdapter_goesOnToTheSameBits() throws Exception {
    Path start = startAdapter();
    LoraSpec adapts = PeftAdapter.spec(start, ModelConfig.read(TrainHarness.MODEL));
    List<TrainingStep> undisturbed;
    try (TrainHarness train =
        new TrainHarness.Setup(store.resolve("a")).startingFrom(start, adapts).open()) {
      train.pairs(4);
      train.examples("helper", 0, 24);
      undisturbed = train.steps();
    }
    List<TrainingStep> disturbed = new ArrayList<>();
    OperatorSubtaskState snapshot;
    try (TrainHarness train =
        new TrainHarness.Setup(store.resolve("b")).startingFrom(start, adapts).open()) {
      train.pairs(4);
      train.examples("helper", 0, 11);
      snapshot = train.harness.snapshot(1, 1);
      disturbed.addAll(train.steps());
    }
    Files.move(start, store.resolve("elsewhere"));
    try (TrainHarness train =
        new TrainHarness.Setup(store.resolve("b"))
            .startingFrom(start, adapts)
            .restored(snapshot)
            .open()) {
      train.examples("helper", 11, 24);
      disturbed.addAll(train.steps());
      assertThatThrownBy(() -> train.examples("another", 0, 1))
          .isInstanceOf(ModelException.class)
          .hasMessage(start + "/adapter_config.json: cannot be read: there is no such file");
    }
    assertThat(disturbed.stream().map(TrainOperatorTest::timeless))
        .isEqualTo(undisturbed.stream().map(TrainOperatorTest::timeless).toList());
  }

  @Test
  void open_freshWithoutTheStartAdapter_isRefused() throws Exception {
    Path start = startAdapter();
    LoraSpec adapts = PeftAdapter.spec(start, ModelConfig.read(TrainHarness.MODEL));
    Files.move(start, store.resolve("elsewhere"));
    assertThatThrownBy(
            () ->
                new TrainHarness.Setup(store.resolve("a"))
                    .startingFrom(start, adapts)
                    .open()
                    .close())
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(start + "/adapter_config.json: cannot be read");
  }

  @Test
  void examples_beforeThePairs_wait() throws Exception {
    try (TrainHarness train = new TrainHarness.Setup(store).awaitingPairsUpTo(3).open()) {
      train.examples("helper", 0, 20);
      train.pairs(3);
      assertThat(train.steps()).isEmpty();
      train.pairs(4);
      assertThat(train.steps()).isNotEmpty();
    }
  }

  @Test
  void endOfInput_unfinishedWindow_isTrained() throws Exception {
    try (TrainHarness train = new TrainHarness.Setup(store).open()) {
      train.pairs(4);
      train.examples("helper", 0, 11);
      train.harness.endInput1();
      assertThat(train.steps().stream().mapToInt(TrainingStep::getExamples).sum()).isEqualTo(11);
      AdapterVersion last = train.versions().get(train.versions().size() - 1);
      assertThat(last.getOffsets()).containsExactly(new OffsetRange(Topics.EXAMPLES, 0, 0L, 10L));
    }
  }

  @Test
  void batch_lossNotFinite_isSetAsideAndWeightsStay() throws Exception {
    // A learning rate this large breaks the weights at the first step; the second finds them
    // broken.
    TrainOptions wild =
        new TrainOptions(
            new io.sapflow.sap.SapOptions(
                io.sapflow.sap.SapOptions.Method.SFT,
                1e30,
                0,
                0,
                0.1,
                1e-3,
                4,
                2,
                io.sapflow.sap.AdamW.DEFAULT),
            TrainHarness.options().batch(),
            Double.POSITIVE_INFINITY,
            1000,
            20,
            EarlyProbe.NEVER,
            TrainHarness.HELD,
            3,
            TrainHarness.LIVE);
    try (TrainHarness train = new TrainHarness.Setup(store).options(wild).open()) {
      train.pairs(4);
      train.examples("helper", 0, 16);
      List<TrainingStep> skipped =
          train.steps().stream().filter(s -> s.getOutcome() == StepStatus.SKIPPED).toList();
      assertThat(skipped).isNotEmpty();
      assertThat(skipped.get(0).getReason()).contains("is NaN");
      assertThat(skipped)
          .extracting(TrainingStep::getUpdates)
          .containsOnly(skipped.get(0).getUpdates());
      assertThat(train.quarantined()).allMatch(q -> QuarantineReason.NON_FINITE.of(q));
      int trained = train.steps().stream().mapToInt(TrainingStep::getExamples).sum();
      assertThat(trained + train.quarantined().size()).isEqualTo(16);
    }
  }

  @Test
  void reject_pushAboveTheLimit_isSetAsideAndTheRestTrained() throws Exception {
    TrainOptions options = TrainHarness.options();
    TrainOptions rejecting =
        new TrainOptions(
            options.sap(),
            options.batch(),
            0,
            options.versionUpdates(),
            options.keepVersions(),
            options.early(),
            options.held(),
            options.seed(),
            options.live());
    try (TrainHarness train = new TrainHarness.Setup(store).options(rejecting).open()) {
      train.pairs(4);
      train.examples("helper", 0, 32);
      List<QuarantinedRecord> rejected = train.quarantined();
      assertThat(rejected)
          .isNotEmpty()
          .allMatch(q -> QuarantineReason.PUSH_REJECTED.of(q))
          .allMatch(q -> q.getMessage().contains("sapflow.train.reject-push"))
          .allMatch(q -> q.getValue().hasRemaining());
      int trained = train.steps().stream().mapToInt(TrainingStep::getExamples).sum();
      assertThat(trained + rejected.size()).isEqualTo(32);
      assertThat(trained).isPositive();
      assertThat(train.steps())
          .flatExtracting(TrainingStep::getPushBySource)
          .extracting(SourceEvidence::getMaxPush)
          .allMatch(push -> push <= 1e-4);
    }
  }

  @Test
  void pushes_everyStepThatHasADirection_areKnownOfEveryExample() throws Exception {
    try (TrainHarness train = new TrainHarness.Setup(store).open()) {
      train.pairs(4);
      train.examples("helper", 0, 32);
      assertThat(train.steps())
          .hasSizeGreaterThan(4)
          .allSatisfy(
              step ->
                  assertThat(
                          step.getPushBySource().stream().mapToInt(SourceEvidence::getPushes).sum())
                      .isEqualTo(step.getExamples()));
    }
  }

  @Test
  void rollback_afterPromotion_undoesOnlyWhatCameSince() throws Exception {
    try (TrainHarness train = new TrainHarness.Setup(store).open()) {
      train.pairs(4);
      train.examples("helper", 0, 24);
      AdapterVersion green = train.versions().get(1);
      train.command("p", CommandKind.PROMOTED, Map.of("version", green.getVersion()));
      long begun = System.nanoTime();
      train.command("r", CommandKind.ROLLBACK, Map.of());
      double millis = (System.nanoTime() - begun) / 1e6;
      List<QuarantinedRecord> undone = train.quarantined();
      List<TrainingStep> later =
          train.steps().stream()
              .filter(s -> s.getOutcome() == StepStatus.TRAINED && s.getStep() > green.getStep())
              .toList();
      assertThat(undone).hasSize(later.stream().mapToInt(TrainingStep::getExamples).sum());
      assertThat(undone).allMatch(q -> QuarantineReason.SAFETY_ROLLBACK.of(q));
      TrainingStep report = train.steps().get(train.steps().size() - 1);
      assertThat(report.getGeneration()).isEqualTo(1);
      assertThat(report.getUpdates()).isEqualTo(green.getUpdates());
      assertThat(report.getAppliedCommands())
          .extracting(AppliedCommand::getId)
          .containsExactly("p", "r");
      Seen rollback = Seen.of(report);
      assertThat(rollback.rolledBack()).isTrue();
      assertThat(rollback.millis()).as("time of the rollback").isBetween(0.001, millis);
      train.command("n", CommandKind.PROBE_NOW, Map.of());
      AdapterVersion again = train.versions().get(train.versions().size() - 1);
      assertThat(again.getSha256()).isEqualTo(green.getSha256());
    }
  }

  @Test
  void rollback_undoneVersions_areNamedAsTheyWereMade() throws Exception {
    try (TrainHarness train = new TrainHarness.Setup(store).open()) {
      train.pairs(4);
      train.examples("helper", 0, 24);
      List<AdapterVersion> made = List.copyOf(train.versions());
      AdapterVersion green = made.get(0);
      train.command("p", CommandKind.PROMOTED, Map.of("version", green.getVersion()));
      train.command("r", CommandKind.ROLLBACK, Map.of());
      List<AdapterVersion> undone = train.versions().subList(made.size(), train.versions().size());
      assertThat(undone).hasSize(made.size() - 1);
      for (int i = 0; i < undone.size(); i++) {
        AdapterVersion candidate = made.get(i + 1);
        assertThat(undone.get(i))
            .isEqualTo(
                AdapterVersion.newBuilder(candidate)
                    .setStatus(VersionStatus.ROLLED_BACK)
                    .setParent(green.getVersion())
                    .setOffsets(List.of())
                    .setSources(List.of())
                    .setSlices(List.of())
                    .setReason("")
                    .build());
        assertThat(undone.get(i).getUpdates()).isPositive();
        assertThat(undone.get(i).getSha256()).hasSize(64);
        assertThat(undone.get(i).getUri()).contains(candidate.getVersion());
      }
    }
  }

  @Test
  void rollback_versionDamagedOrMissing_isRefusedAndPausesUntilResumed() throws Exception {
    try (TrainHarness train = new TrainHarness.Setup(store).open()) {
      train.pairs(4);
      train.examples("helper", 0, 24);
      AdapterVersion green = train.versions().get(1);
      train.command("p", CommandKind.PROMOTED, Map.of("version", green.getVersion()));
      Path directory = store.resolve("helper").resolve(green.getVersion());
      Files.write(directory.resolve(PeftAdapter.WEIGHTS), new byte[8]);
      train.command("damaged", CommandKind.ROLLBACK, Map.of());
      Files.move(directory, store.resolve("moved"));
      train.command("missing", CommandKind.ROLLBACK, Map.of());
      List<TrainingStep> steps = List.copyOf(train.steps());
      for (TrainingStep step : steps.subList(steps.size() - 2, steps.size())) {
        AppliedCommand answer = step.getAppliedCommands().get(step.getAppliedCommands().size() - 1);
        assertThat(answer.getOutcome()).isEqualTo(CommandOutcome.REFUSED);
        assertThat(answer.getReason())
            .startsWith("version " + green.getVersion() + " cannot be restored: ")
            .endsWith("; the adapter is paused: roll it back to another version, then resume it");
        assertThat(step.getGeneration()).isZero();
      }
      train.examples("helper", 24, 40);
      assertThat(train.steps()).hasSize(steps.size());
      assertThat(train.quarantined()).isEmpty();
      train.command("resume", CommandKind.RESUME, Map.of());
      train.examples("helper", 40, 48);
      assertThat(train.steps().stream().mapToInt(TrainingStep::getExamples).sum()).isEqualTo(48);
    }
  }

  @Test
  void command_heardTwice_isAnsweredOnce() throws Exception {
    try (TrainHarness train = new TrainHarness.Setup(store).open()) {
      train.examples("helper", 0, 3);
      train.command("pause", CommandKind.PAUSE, Map.of());
      train.command("pause", CommandKind.PAUSE, Map.of());
      assertThat(train.steps()).hasSize(1);
    }
  }

  @Test
  void pause_examplesCome_areTrainedAfterResume() throws Exception {
    try (TrainHarness train = new TrainHarness.Setup(store).open()) {
      train.pairs(4);
      train.examples("helper", 0, 3);
      train.command("pause", CommandKind.PAUSE, Map.of());
      train.examples("helper", 3, 20);
      assertThat(train.steps()).noneMatch(step -> step.getOutcome() == StepStatus.TRAINED);
      train.command("resume", CommandKind.RESUME, Map.of());
      train.examples("helper", 20, 24);
      assertThat(train.steps().stream().mapToInt(TrainingStep::getExamples).sum()).isEqualTo(24);
    }
  }

  @Test
  void quarantinedSource_waitingAndNewExamples_areSetAside() throws Exception {
    try (TrainHarness train = new TrainHarness.Setup(store).open()) {
      train.pairs(4);
      train.examples("helper", 0, 6);
      train.command("q", CommandKind.QUARANTINE_SOURCE, Map.of("source", "forum"));
      train.examples("helper", 6, 12);
      assertThat(train.quarantined())
          .extracting(q -> q.getExampleId())
          .containsExactly("e-0", "e-4", "e-8");
      train.command("f", CommandKind.FLUSH, Map.of());
      assertThat(train.steps().stream().mapToInt(TrainingStep::getExamples).sum()).isEqualTo(9);
    }
  }

  @Test
  void command_versionUnknown_isRefusedInWords() throws Exception {
    try (TrainHarness train = new TrainHarness.Setup(store).open()) {
      train.examples("helper", 0, 1);
      train.command("r", CommandKind.ROLLBACK, Map.of("version", "7-0123456789ab"));
      train.command("pause", CommandKind.PAUSE, Map.of());
      AppliedCommand refused = train.steps().get(0).getAppliedCommands().get(0);
      assertThat(refused.getOutcome()).isEqualTo(CommandOutcome.REFUSED);
      assertThat(refused.getReason()).isEqualTo("version 7-0123456789ab is not known");
    }
  }

  private static TrainingStep timeless(TrainingStep step) {
    return TrainingStep.newBuilder(step).setDurationMillis(0).build();
  }

  private static List<Long> numbers(int count) {
    return java.util.stream.LongStream.rangeClosed(1, count).boxed().toList();
  }

  private static List<String> ids(int from, int to) {
    return java.util.stream.IntStream.range(from, to).mapToObj(i -> "e-" + i).toList();
  }
}
