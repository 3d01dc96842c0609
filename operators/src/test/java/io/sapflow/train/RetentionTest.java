package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.adapter.AdapterVersions;
import io.sapflow.adapter.LocalVersionFiles;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.CommandOutcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.CheckpointType;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.SavepointType;
import org.apache.flink.runtime.checkpoint.SnapshotType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the train operator leaves in the store over many versions. */
class RetentionTest {

  private static final int KEEP = 2;
  private static final SnapshotType CHECKPOINT = CheckpointType.CHECKPOINT;
  private static final SnapshotType SAVEPOINT =
      SavepointType.savepoint(SavepointFormatType.CANONICAL);

  @TempDir Path root;
  private AdapterVersions store;
  private long snapshots;

  @BeforeEach
  void open() {
    store = new AdapterVersions(new LocalVersionFiles(root));
  }

  private TrainHarness.Setup setup() {
    return new TrainHarness.Setup(root).keeping(KEEP);
  }

  /** Makes a version and returns its name. */
  private static String version(TrainHarness train) throws Exception {
    train.command("probe " + train.steps().size(), CommandKind.PROBE_NOW, Map.of());
    return train.versions().get(train.versions().size() - 1).getVersion();
  }

  private static void promote(TrainHarness train, String version) throws Exception {
    train.command("promote " + version, CommandKind.PROMOTED, Map.of("version", version));
  }

  private OperatorSubtaskState checkpoint(TrainHarness train) throws Exception {
    OperatorSubtaskState state = train.snapshot(++snapshots, CHECKPOINT);
    train.harness.notifyOfCompletedCheckpoint(snapshots);
    return state;
  }

  /** How a rollback to the promoted version is answered. */
  private static AppliedCommand rollback(TrainHarness train) throws Exception {
    train.command("back", CommandKind.ROLLBACK, Map.of());
    return train.steps().stream()
        .flatMap(step -> step.getAppliedCommands().stream())
        .filter(answer -> answer.getId().equals("back"))
        .findFirst()
        .orElseThrow();
  }

  private static void started(TrainHarness train) throws Exception {
    train.pairs(4);
    train.examples("helper", 0, 8);
  }

  @Test
  void manyVersions_storeAndBookStayBounded() throws Exception {
    try (TrainHarness train = setup().open()) {
      started(train);
      String promoted = version(train);
      promote(train, promoted);
      String newest = null;
      for (int i = 0; i < 25; i++) {
        newest = version(train);
        checkpoint(train);
        assertThat(store.list("helper")).hasSizeLessThanOrEqualTo(KEEP + 3);
      }
      assertThat(train.versions()).hasSizeGreaterThan(25);
      assertThat(store.list("helper")).contains(promoted, newest);
      for (String version : store.list("helper")) {
        store.read("helper", version);
      }
      assertThat(rollback(train).getOutcome()).isEqualTo(CommandOutcome.APPLIED);
    }
  }

  @Test
  void nothingPromoted_storeStaysBounded() throws Exception {
    try (TrainHarness train = setup().open()) {
      started(train);
      for (int i = 0; i < 10; i++) {
        version(train);
        checkpoint(train);
      }
      assertThat(store.list("helper")).hasSizeLessThanOrEqualTo(KEEP + 2);
    }
  }

  @Test
  void noCheckpointCompletes_nothingIsDeleted() throws Exception {
    try (TrainHarness train = setup().open()) {
      started(train);
      for (int i = 0; i < 10; i++) {
        version(train);
        train.snapshot(++snapshots, CHECKPOINT);
      }
      assertThat(store.list("helper")).hasSize(train.versions().size());
    }
  }

  @Test
  void olderRetainedCheckpoint_restored_rollsBackToWhatWasPromotedThen() throws Exception {
    OperatorSubtaskState older;
    String promotedThen;
    String before;
    try (TrainHarness train = setup().retaining(3).open()) {
      started(train);
      before = version(train);
      promote(train, before);
      checkpoint(train);
      promotedThen = version(train);
      promote(train, promotedThen);
      version(train);
      older = checkpoint(train);
      for (int i = 0; i < 2; i++) {
        promote(train, version(train));
        version(train);
        version(train);
        version(train);
        checkpoint(train);
      }
      assertThat(store.list("helper")).contains(promotedThen).doesNotContain(before);
    }
    try (TrainHarness train = setup().restored(older).open()) {
      AppliedCommand answer = rollback(train);
      assertThat(answer.getOutcome()).isEqualTo(CommandOutcome.APPLIED);
      assertThat(answer.getReason()).startsWith("to " + promotedThen + ",");
    }
  }

  @Test
  void savepoint_restoredLongAfter_rollsBackToWhatWasPromotedThen() throws Exception {
    OperatorSubtaskState savepoint;
    String promotedThen;
    try (TrainHarness train = setup().open()) {
      started(train);
      promotedThen = version(train);
      promote(train, promotedThen);
      checkpoint(train);
      savepoint = train.snapshot(++snapshots, SAVEPOINT);
      for (int i = 0; i < 8; i++) {
        promote(train, version(train));
        checkpoint(train);
      }
      assertThat(store.list("helper")).contains(promotedThen).hasSizeLessThan(8);
    }
    try (TrainHarness train = setup().restored(savepoint).open()) {
      AppliedCommand answer = rollback(train);
      assertThat(answer.getOutcome()).isEqualTo(CommandOutcome.APPLIED);
      assertThat(answer.getReason()).startsWith("to " + promotedThen + ",");
    }
  }

  @Test
  void savepointAborted_isPinnedNoMore() throws Exception {
    try (TrainHarness train = setup().open()) {
      started(train);
      train.snapshot(++snapshots, SAVEPOINT);
      Path pins = root.resolve(".savepoints");
      assertThat(pins).isNotEmptyDirectory();
      train.harness.getOperator().notifyCheckpointAborted(snapshots);
      assertThat(pins).isEmptyDirectory();
    }
  }

  @Test
  void rollbackTarget_thatSomebodyDeleted_isRefusedInWordsAndPauses() throws Exception {
    try (TrainHarness train = setup().open()) {
      started(train);
      String promoted = version(train);
      promote(train, promoted);
      store.delete("helper", promoted);
      AppliedCommand answer = rollback(train);
      assertThat(answer.getOutcome()).isEqualTo(CommandOutcome.REFUSED);
      assertThat(answer.getReason())
          .isEqualTo(
              "version "
                  + promoted
                  + " cannot be restored: adapter helper has no such version in the store; the"
                  + " adapter is paused: roll it back to another version, then resume it");
    }
  }

  @Test
  void storeThatCannotBeListed_isToldAndTriedAgain() throws Exception {
    try (TrainHarness train = setup().open()) {
      started(train);
      Path pin = Files.createDirectories(root.resolve(".savepoints")).resolve("broken.json");
      Files.writeString(pin, "{");
      for (int i = 0; i < 6; i++) {
        version(train);
        checkpoint(train);
      }
      assertThat(store.list("helper")).hasSize(train.versions().size());
      Files.delete(pin);
      checkpoint(train);
      assertThat(store.list("helper")).hasSizeLessThanOrEqualTo(KEEP + 2);
    }
  }

  @Test
  void evictedAdapters_areExpiredAndPinnedLikeLiveOnes() throws Exception {
    List<String> adapters = List.of("helper", "other", "third");
    OperatorSubtaskState savepoint;
    try (TrainHarness train = setup().live(1).open()) {
      train.pairs(4);
      for (String adapter : adapters) {
        train.examples(adapter, 0, 8);
      }
      checkpoint(train);
      savepoint = train.snapshot(++snapshots, SAVEPOINT);
      for (int i = 0; i < 8; i++) {
        train.command("*", "probe " + i, CommandKind.PROBE_NOW, Map.of());
        checkpoint(train);
      }
      for (String adapter : adapters) {
        assertThat(store.list(adapter)).hasSizeBetween(KEEP + 1, KEEP + 4);
      }
    }
    try (TrainHarness train = setup().live(1).restored(savepoint).open()) {
      train.command(
          "third", "to the first", CommandKind.ROLLBACK, Map.of("version", first("third")));
      assertThat(train.steps().get(0).getAppliedCommands().get(0).getOutcome())
          .isEqualTo(CommandOutcome.APPLIED);
    }
  }

  private String first(String adapter) throws Exception {
    return store.list(adapter).get(0);
  }
}
