package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TrainingStep;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.runtime.checkpoint.CheckpointType;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training from a harmful version's verdict to its rollback, with windows of eight examples. */
class TrainHoldsTest {

  private static final int WINDOW = 8;
  private static final String HELPER = "helper";
  private static final String ORDER = "gate/helper/v/ROLLBACK";

  @TempDir private Path temp;

  private TrainHarness.Setup setup(String store) {
    return new TrainHarness.Setup(temp.resolve(store));
  }

  private TrainHarness.Setup onDisk(String store) {
    return setup(store).backend(new EmbeddedRocksDBStateBackend(false));
  }

  private static AdapterVersion newest(TrainHarness train) {
    return train.versions().stream()
        .filter(version -> version.getAdapterId().equals(HELPER))
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  /**
   * Trains an adapter up to a version that is promoted, and on to a later one, which is harmful.
   */
  private static AdapterVersion harmful(TrainHarness train) throws Exception {
    train.pairs(4);
    train.examples(HELPER, 0, 3 * WINDOW);
    AdapterVersion promoted = newest(train);
    assertThat(promoted.getStep()).isPositive();
    train.command("promoted", CommandKind.PROMOTED, version(promoted));
    train.examples(HELPER, 3 * WINDOW, 6 * WINDOW);
    assertThat(newest(train).getStep()).isGreaterThan(promoted.getStep());
    return newest(train);
  }

  private static long promotedStep(TrainHarness train) {
    return train.versions().stream()
        .mapToLong(AdapterVersion::getStep)
        .filter(step -> step > 0)
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, String> version(AdapterVersion version) {
    return Map.of("version", version.getVersion());
  }

  private static void order(TrainHarness train) throws Exception {
    train.command("culprit", CommandKind.QUARANTINE_SOURCE, Map.of("source", "forum"));
    train.command(ORDER, CommandKind.ROLLBACK, Map.of());
    train.turns();
  }

  private static int examples(TrainHarness train, String adapterId) {
    return train.steps().stream()
        .filter(step -> step.getAdapterId().equals(adapterId))
        .mapToInt(TrainingStep::getExamples)
        .sum();
  }

  private static Set<String> setAside(TrainHarness train, QuarantineReason reason) {
    return train.quarantined().stream()
        .filter(record -> record.getReason().equals(reason.name()))
        .map(QuarantinedRecord::getExampleId)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> ids(int from, int to, boolean forum) {
    Set<String> ids = new TreeSet<>();
    for (int i = from; i < to; i++) {
      if (TrainHarness.example(HELPER, i).source().equals("forum") == forum) {
        ids.add("e-" + i);
      }
    }
    return ids;
  }

  private static Set<String> trainedIds(List<TrainingStep> steps) {
    return steps.stream()
        .flatMap(step -> step.getExampleIds().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void hold_untilTheOrderHasCome_trainsNothing_thenAllButTheRowsOfTheSource() throws Exception {
    try (TrainHarness train = setup("a").open()) {
      AdapterVersion harmful = harmful(train);
      train.examples(HELPER, 6 * WINDOW, 6 * WINDOW + 3); // of a window that is not full
      train.hold(ORDER, harmful);
      int before = train.steps().size();
      train.examples(HELPER, 6 * WINDOW + 3, 10 * WINDOW);
      train.examples("other", 0, 2 * WINDOW);
      assertThat(examples(train, HELPER)).isEqualTo(6 * WINDOW);
      assertThat(examples(train, "other")).isEqualTo(2 * WINDOW);
      order(train);
      train.command("rest", CommandKind.FLUSH, Map.of());
      List<TrainingStep> since =
          train.steps().subList(before, train.steps().size()).stream()
              .filter(step -> step.getAdapterId().equals(HELPER))
              .toList();
      assertThat(since.stream().map(TrainingStep::getOutcome).toList())
          .startsWith(StepStatus.COMMAND, StepStatus.COMMAND, StepStatus.TRAINED);
      assertThat(trainedIds(since)).isEqualTo(ids(6 * WINDOW, 10 * WINDOW, false));
      assertThat(setAside(train, QuarantineReason.SOURCE_QUARANTINED))
          .isEqualTo(ids(6 * WINDOW, 10 * WINDOW, true));
      assertThat(setAside(train, QuarantineReason.SAFETY_ROLLBACK))
          .isEqualTo(
              trainedIds(
                  train.steps().subList(0, before).stream()
                      .filter(step -> step.getStep() > promotedStep(train))
                      .toList()));
    }
  }

  @Test
  void hold_thatDoesNotFit_isNone() throws Exception {
    try (TrainHarness train = setup("a").open()) {
      AdapterVersion harmful = harmful(train);
      AdapterVersion promoted =
          train.versions().stream().filter(each -> each.getStep() > 0).findFirst().orElseThrow();
      train.hold("of-a-promoted-version", promoted);
      train.hold("promoted", harmful); // a command of this id was heard
      train.hold("stale", AdapterVersion.newBuilder(harmful).setGeneration(1).build());
      train.hold("alien", AdapterVersion.newBuilder(harmful).setVersion("7-000000000000").build());
      train.hold("of-nobody", AdapterVersion.newBuilder(harmful).setAdapterId("nobody").build());
      train.examples(HELPER, 6 * WINDOW, 7 * WINDOW);
      assertThat(examples(train, HELPER)).isEqualTo(7 * WINDOW);
      train.hold(ORDER, harmful);
      train.examples(HELPER, 7 * WINDOW, 8 * WINDOW);
      assertThat(examples(train, HELPER)).isEqualTo(7 * WINDOW);
      order(train);
      train.hold(ORDER, harmful); // late
      train.examples(HELPER, 8 * WINDOW, 9 * WINDOW);
      assertThat(examples(train, HELPER)).isGreaterThan(7 * WINDOW);
    }
  }

  @Test
  void hold_endsWithAnyRollback_orThePromotionOfItsVersion() throws Exception {
    try (TrainHarness train = setup("a").open()) {
      AdapterVersion harmful = harmful(train);
      train.hold(ORDER, harmful);
      train.examples(HELPER, 6 * WINDOW, 7 * WINDOW);
      train.command("looked-again", CommandKind.PROMOTED, version(harmful));
      train.turns();
      assertThat(examples(train, HELPER)).isEqualTo(7 * WINDOW);
      train.examples(HELPER, 7 * WINDOW, 9 * WINDOW);
      train.hold("another", newest(train));
      train.examples(HELPER, 9 * WINDOW, 10 * WINDOW);
      assertThat(examples(train, HELPER)).isEqualTo(9 * WINDOW);
      train.command("a-persons", CommandKind.ROLLBACK, Map.of());
      train.turns();
      assertThat(examples(train, HELPER)).isEqualTo(10 * WINDOW);
    }
  }

  @Test
  void hold_heardTwice_lapsesAtItsTime_thenMayComeAgain() throws Exception {
    try (TrainHarness train = setup("a").hold(Duration.ofSeconds(10)).open()) {
      AdapterVersion harmful = harmful(train);
      train.hold(ORDER, harmful);
      train.harness.setProcessingTime(6000);
      train.hold(ORDER, harmful);
      train.examples(HELPER, 6 * WINDOW, 7 * WINDOW);
      train.harness.setProcessingTime(9999);
      train.turns();
      assertThat(examples(train, HELPER)).isEqualTo(6 * WINDOW);
      train.harness.setProcessingTime(10_000);
      train.turns();
      assertThat(examples(train, HELPER)).isEqualTo(7 * WINDOW);
      train.hold(ORDER, harmful);
      train.examples(HELPER, 7 * WINDOW, 8 * WINDOW);
      assertThat(examples(train, HELPER)).isEqualTo(7 * WINDOW);
    }
  }

  @Test
  void hold_whereNoneIsAsked_isNone() throws Exception {
    try (TrainHarness train = setup("a").hold(Duration.ZERO).open()) {
      train.hold(ORDER, harmful(train));
      train.examples(HELPER, 6 * WINDOW, 7 * WINDOW);
      assertThat(examples(train, HELPER)).isEqualTo(7 * WINDOW);
    }
  }

  @Test
  void hold_ofAResume_isKept_andEndsWithTheInput() throws Exception {
    try (TrainHarness train = setup("a").open()) {
      AdapterVersion harmful = harmful(train);
      train.command("pause", CommandKind.PAUSE, Map.of());
      train.examples(HELPER, 6 * WINDOW, 7 * WINDOW);
      train.hold(ORDER, harmful);
      train.command("resume", CommandKind.RESUME, Map.of());
      train.turns();
      assertThat(examples(train, HELPER)).isEqualTo(6 * WINDOW);
      train.harness.endInput1();
      assertThat(examples(train, HELPER)).isEqualTo(7 * WINDOW);
    }
  }

  @Test
  void snapshot_inTheHold_goesOnHeld_andLapsesFromThereOn() throws Exception {
    OperatorSubtaskState state;
    try (TrainHarness train = onDisk("a").open()) {
      train.hold(ORDER, harmful(train));
      train.examples(HELPER, 6 * WINDOW, 7 * WINDOW);
      state = train.snapshot(1, CheckpointType.CHECKPOINT);
    }
    TrainHarness.Setup again = onDisk("a").restored(state).hold(Duration.ofSeconds(10));
    try (TrainHarness train = again.open()) {
      train.examples(HELPER, 7 * WINDOW, 8 * WINDOW);
      assertThat(train.steps()).isEmpty();
      order(train);
      assertThat(trainedIds(train.steps()))
          .isSubsetOf(ids(6 * WINDOW, 8 * WINDOW, false))
          .hasSize(WINDOW);
    }
    try (TrainHarness train = again.open()) {
      train.examples(HELPER, 7 * WINDOW, 8 * WINDOW);
      train.harness.setProcessingTime(10_000);
      train.turns();
      assertThat(examples(train, HELPER)).isEqualTo(2 * WINDOW);
    }
  }

  /** As after a failure: the word is read again before the version has been made again. */
  @Test
  void hold_heardBeforeItsVersionIsMade_isInForceFromThereOn() throws Exception {
    AdapterVersion harmful;
    try (TrainHarness train = setup("first").open()) {
      harmful = harmful(train);
    }
    OperatorSubtaskState state;
    try (TrainHarness train = setup("again").open()) {
      train.pairs(4);
      train.examples(HELPER, 0, 3 * WINDOW);
      train.command("promoted", CommandKind.PROMOTED, version(newest(train)));
      train.hold(ORDER, harmful);
      train.examples(HELPER, 3 * WINDOW, 4 * WINDOW);
      assertThat(examples(train, HELPER)).isEqualTo(4 * WINDOW);
      state = train.snapshot(1, CheckpointType.CHECKPOINT);
    }
    try (TrainHarness train = setup("again").restored(state).open()) {
      train.examples(HELPER, 4 * WINDOW, 10 * WINDOW);
      assertThat(newest(train).getVersion()).isEqualTo(harmful.getVersion());
      assertThat(examples(train, HELPER)).isBetween(1, 2 * WINDOW);
      order(train);
      assertThat(examples(train, HELPER)).isGreaterThan(2 * WINDOW);
    }
  }

  /** What a replay is compared by: not the time, nor how many rows waited at a command. */
  private static List<TrainingStep> timeless(TrainHarness train) {
    return train.steps().stream()
        .map(
            step ->
                TrainingStep.newBuilder(step)
                    .setDurationMillis(0)
                    .setAppliedCommands(
                        step.getAppliedCommands().stream()
                            .map(
                                command ->
                                    AppliedCommand.newBuilder(command).setReason(null).build())
                            .toList())
                    .build())
        .toList();
  }

  /** Every command at the step after which it was carried out, as reports tell. */
  private static void replay(TrainHarness train, List<TrainingStep> journal) throws Exception {
    for (TrainingStep step : journal) {
      for (AppliedCommand command : step.getAppliedCommands()) {
        boolean promotes = command.getKind() == CommandKind.PROMOTED;
        Map<String, String> arguments =
            command.getTarget() == null
                ? Map.of()
                : Map.of(
                    command.getKind() == CommandKind.QUARANTINE_SOURCE ? "source" : "version",
                    command.getTarget());
        train.command(
            TrainHarness.commandOf(command.getId(), "gate", command.getKind(), arguments)
                .setAtStep(step.getStep() - 1)
                .build());
        assertThat(promotes || step.getOutcome() == StepStatus.COMMAND).isTrue();
      }
    }
  }

  @Test
  void replayOfTheJournal_withoutTheHold_givesEqualBits() throws Exception {
    List<TrainingStep> journal;
    List<AdapterVersion> versions;
    List<QuarantinedRecord> setAside;
    try (TrainHarness train = setup("held").open()) {
      AdapterVersion harmful = harmful(train);
      train.examples(HELPER, 6 * WINDOW, 6 * WINDOW + 3);
      train.hold(ORDER, harmful);
      train.examples(HELPER, 6 * WINDOW + 3, 9 * WINDOW);
      order(train);
      train.examples(HELPER, 9 * WINDOW, 16 * WINDOW);
      journal = timeless(train);
      versions = new ArrayList<>(train.versions());
      setAside = new ArrayList<>(train.quarantined());
      assertThat(newest(train).getGeneration()).isEqualTo(1);
    }
    try (TrainHarness train = setup("replayed").hold(Duration.ZERO).open()) {
      train.pairs(4);
      train.takeIn(HELPER, 0, 1);
      replay(train, journal);
      train.examples(HELPER, 1, 16 * WINDOW);
      List<TrainingStep> replayed = timeless(train);
      for (int i = 0; i < journal.size(); i++) {
        assertThat(replayed.get(i)).isEqualTo(journal.get(i));
      }
      assertThat(replayed).hasSameSizeAs(journal);
      assertThat(train.versions().stream().map(AdapterVersion::getSha256).toList())
          .isEqualTo(versions.stream().map(AdapterVersion::getSha256).toList());
      assertThat(setAside(train, QuarantineReason.SAFETY_ROLLBACK))
          .isEqualTo(
              setAside.stream()
                  .filter(
                      record -> record.getReason().equals(QuarantineReason.SAFETY_ROLLBACK.name()))
                  .map(QuarantinedRecord::getExampleId)
                  .collect(Collectors.toCollection(TreeSet::new)));
    }
  }
}
