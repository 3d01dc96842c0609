package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.batch.BatchOptions;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.TrainingStep;
import io.sapflow.tokens.TokenizedExample;
import io.sapflow.train.Subtasks.Learned;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.CheckpointType;
import org.apache.flink.runtime.checkpoint.SavepointType;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Examples whose records are large: what waits goes to state, and what is learned is the same. */
class LargeRecordsTest {

  private static final List<String> ADAPTERS = List.of("a", "b", "c");
  private static final int KIB = 1 << 10;

  @TempDir Path temp;

  /** With a window of so many bytes, and so much heap for examples of all adapters. */
  private static TrainOptions options(int window, long windowBytes, long heapBytes) {
    TrainOptions o = TrainHarness.options();
    BatchOptions b = o.batch();
    return new TrainOptions(
        o.sap(),
        new BatchOptions(
            window, windowBytes, b.rows(), b.tokens(), b.replayShare(), b.pairs(), b.seed()),
        o.rejectPush(),
        o.versionUpdates(),
        o.keepVersions(),
        o.early(),
        new HeldLimits(4 << 20, 1536 * KIB, 100, 8 << 20),
        o.seed(),
        new LiveLimits(o.live().bytes(), heapBytes, o.live().idle()));
  }

  /** The harness's example with a record of 20, 60 or 100 KiB. */
  private static TokenizedExample large(String adapterId, int number) {
    return grown(adapterId, number, 20 * KIB);
  }

  /** The same with five times as much. */
  private static TokenizedExample huge(String adapterId, int number) {
    return grown(adapterId, number, 100 * KIB);
  }

  private static TokenizedExample grown(String adapterId, int number, int unit) {
    TokenizedExample small = TrainHarness.example(adapterId, number);
    byte[] original = new byte[unit * (1 + 2 * (number % 3))];
    new SplittableRandom(number).nextBytes(original);
    return new TokenizedExample(
        adapterId,
        small.id(),
        small.source(),
        small.verified(),
        small.topic(),
        small.partition(),
        small.offset(),
        small.timestamp(),
        small.tokens(),
        small.targets(),
        small.truncatedTokens(),
        small.key(),
        original,
        small.signature());
  }

  private Map<String, Learned> learned(
      String store, int subtasks, StateBackend backend, TrainOptions options) throws Exception {
    Map<String, Learned> learned = Subtasks.learned();
    Subtasks.Snapshot snapshot;
    try (Subtasks train =
        new Subtasks(
            subtasks,
            null,
            () ->
                new TrainHarness.Setup(temp.resolve(store))
                    .options(options)
                    .backend(backend)
                    .awaitingPairsUpTo(3))) {
      // All wait until the pairs have been read.
      train.examples(ADAPTERS, 0, 28, LargeRecordsTest::large);
      train.pairs(4);
      train.examples(ADAPTERS, 28, 33, LargeRecordsTest::large);
      train.addTo(learned);
      snapshot = train.snapshot(1, CheckpointType.CHECKPOINT);
    }
    try (Subtasks train =
        new Subtasks(
            4 - subtasks,
            snapshot,
            () -> new TrainHarness.Setup(temp.resolve(store)).options(options).backend(backend))) {
      train.examples(ADAPTERS, 33, 50, LargeRecordsTest::large);
      train.command("flush", CommandKind.FLUSH);
      train.addTo(learned);
    }
    return learned;
  }

  @Test
  void windowsOfBytes_atAnyParallelismAndBudget_learnTheSameBits() throws Exception {
    TrainOptions roomy = options(16, 400 * KIB, 1L << 30);
    TrainOptions narrow = options(16, 400 * KIB, 80 * KIB);
    Map<String, Learned> one = learned("one", 1, new HashMapStateBackend(), roomy);
    assertThat(one.keySet()).containsExactlyElementsOf(ADAPTERS);
    assertThat(learned("three", 3, new HashMapStateBackend(), narrow)).isEqualTo(one);
    assertThat(learned("rocks", 1, new EmbeddedRocksDBStateBackend(true), narrow)).isEqualTo(one);
    // With so few bytes a window is full before it has its sixteen examples: other batches.
    assertThat(learned("all", 1, new HashMapStateBackend(), options(16, 1L << 30, 1L << 30)))
        .isNotEqualTo(one);
  }

  /** Before the pairs are read anything may wait: it waits in state. */
  @Test
  void manyLargeRecords_thatWait_areNotOnTheHeap() throws Exception {
    try (TrainHarness train =
        new TrainHarness.Setup(temp.resolve("waiting"))
            .options(options(80, 8 << 20, 4 << 20))
            .backend(new EmbeddedRocksDBStateBackend(true))
            .awaitingPairsUpTo(3)
            .open()) {
      Subtasks one = new Subtasks(train);
      List<String> nine = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i");
      one.examples(nine, 0, 2, LargeRecordsTest::huge);
      long before = retained();
      one.examples(nine, 2, 40, LargeRecordsTest::huge);
      // 342 records, 105 MB: at most the budget and what one adapter may take beyond it stay.
      assertThat(retained() - before).isLessThan(24L << 20);
    }
  }

  private static long retained() throws InterruptedException {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(50);
      Runtime runtime = Runtime.getRuntime();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  /** Each is in the steps or in quarantine, with its bytes or with its place, size and digest. */
  @Test
  void rollback_afterMoreThanIsKept_setsEachAsideOnce() throws Exception {
    try (TrainHarness train =
        new TrainHarness.Setup(temp.resolve("back"))
            .options(options(16, 400 * KIB, 80 * KIB))
            .open()) {
      train.pairs(4);
      Subtasks one = new Subtasks(train);
      one.examples(List.of("helper"), 0, 1, LargeRecordsTest::large);
      train.command(
          "promote", CommandKind.PROMOTED, Map.of("version", train.versions().get(0).getVersion()));
      one.examples(List.of("helper"), 1, 200, LargeRecordsTest::large);
      Subtasks.Snapshot snapshot =
          one.snapshot(1, SavepointType.savepoint(SavepointFormatType.CANONICAL));
      int trained = train.steps().stream().mapToInt(TrainingStep::getExamples).sum();
      try (TrainHarness again =
          new TrainHarness.Setup(temp.resolve("back"))
              .options(options(16, 400 * KIB, 80 * KIB))
              .restored(snapshot.state())
              .open()) {
        again.command("back", CommandKind.ROLLBACK, Map.of());
        List<QuarantinedRecord> aside = again.quarantined();
        assertThat(aside).hasSize(trained);
        assertThat(aside.stream().map(QuarantinedRecord::getOffset).distinct()).hasSize(trained);
        assertThat(aside.stream().filter(each -> each.getValue().hasRemaining()).count())
            .isBetween(5L, 40L);
        assertThat(aside.stream().filter(each -> each.getSha256() != null).count())
            .isBetween(50L, 100L);
        assertThat(aside.stream().filter(each -> each.getExampleId() == null)).isNotEmpty();
      }
    }
  }

  @Test
  void pausedExamples_comeBackFromStateInTheirOrder() throws Exception {
    Map<String, Learned> undisturbed = learned("undisturbed", 1, new HashMapStateBackend(), PAUSED);
    Map<String, Learned> learned = Subtasks.learned();
    try (TrainHarness train =
        new TrainHarness.Setup(temp.resolve("paused")).options(PAUSED).open()) {
      train.pairs(4);
      Subtasks one = new Subtasks(train);
      one.examples(ADAPTERS, 0, 33, LargeRecordsTest::large);
      one.command("pause", CommandKind.PAUSE);
      one.examples(ADAPTERS, 33, 50, LargeRecordsTest::large);
      one.snapshot(1, CheckpointType.CHECKPOINT);
      one.command("resume", CommandKind.RESUME);
      one.command("flush", CommandKind.FLUSH);
      one.addTo(learned);
      assertThat(train.quarantined()).isEmpty();
    }
    for (String adapter : ADAPTERS) {
      assertThat(ids(learned.get(adapter))).isEqualTo(ids(undisturbed.get(adapter)));
    }
  }

  private static final TrainOptions PAUSED = options(16, 400 * KIB, 80 * KIB);

  private static List<String> ids(Learned learned) {
    return learned.steps().stream().flatMap(step -> step.getExampleIds().stream()).toList();
  }
}
