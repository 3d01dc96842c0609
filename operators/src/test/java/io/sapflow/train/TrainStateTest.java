package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.model.LoraSpec;
import io.sapflow.model.LoraTarget;
import io.sapflow.schema.CommandKind;
import io.sapflow.train.Subtasks.Learned;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.CheckpointType;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.SavepointType;
import org.apache.flink.runtime.checkpoint.SnapshotType;
import org.apache.flink.runtime.checkpoint.StateObjectCollection;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.operators.OperatorSnapshotFinalizer;
import org.apache.flink.streaming.api.operators.OperatorSnapshotFutures;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** State on both backends, in every format, over rescaling and eviction: always the same bits. */
class TrainStateTest {

  private static final List<String> ADAPTERS = List.of("a", "b", "c", "d");
  private static final int EXAMPLES = 24;

  private static final SnapshotType CHECKPOINT = CheckpointType.CHECKPOINT;
  private static final SnapshotType CANONICAL =
      SavepointType.savepoint(SavepointFormatType.CANONICAL);
  private static final SnapshotType NATIVE = SavepointType.savepoint(SavepointFormatType.NATIVE);

  private static Map<String, Learned> undisturbed;

  @TempDir Path temp;

  @BeforeAll
  static void undisturbed(@TempDir Path store) throws Exception {
    undisturbed = Subtasks.learned();
    try (Subtasks train = new Subtasks(1, null, () -> new TrainHarness.Setup(store))) {
      train.pairs(4);
      train.examples(ADAPTERS, 0, EXAMPLES);
      train.command("flush", CommandKind.FLUSH);
      train.addTo(undisturbed);
    }
  }

  private TrainHarness.Setup setup() {
    return new TrainHarness.Setup(temp.resolve("disturbed"));
  }

  /** One leg of a run: its backend, subtasks, live adapters, and the snapshot that ends it. */
  private record Leg(StateBackend backend, int subtasks, int live, SnapshotType end) {}

  private Map<String, Learned> over(Leg... legs) throws Exception {
    Map<String, Learned> learned = Subtasks.learned();
    Subtasks.Snapshot snapshot = null;
    int from = 0;
    for (int i = 0; i < legs.length; i++) {
      Leg leg = legs[i];
      int to = EXAMPLES * (i + 1) / legs.length;
      try (Subtasks train =
          new Subtasks(
              leg.subtasks(), snapshot, () -> setup().backend(leg.backend()).live(leg.live()))) {
        if (i == 0) {
          train.pairs(4);
        }
        train.examples(ADAPTERS, from, to);
        if (i == legs.length - 1) {
          train.command("flush", CommandKind.FLUSH);
        }
        train.addTo(learned);
        snapshot = train.snapshot(i + 1, leg.end());
        // What comes after the snapshot is lost with this leg.
        train.examples(ADAPTERS, to, to + 3);
      }
      from = to;
    }
    return learned;
  }

  private static StateBackend heap() {
    return new HashMapStateBackend();
  }

  private static StateBackend rocks() {
    return new EmbeddedRocksDBStateBackend(true);
  }

  @Test
  void heap_rescaledUpAndDownUnderEviction_learnsTheSameBits() throws Exception {
    assertThat(
            over(
                new Leg(heap(), 1, 2, CHECKPOINT),
                new Leg(heap(), 2, 1, CANONICAL),
                new Leg(heap(), 3, 5, NATIVE),
                new Leg(heap(), 1, 1, CHECKPOINT)))
        .isEqualTo(undisturbed);
  }

  @Test
  void rocksDb_rescaledUpAndDownUnderEviction_learnsTheSameBits() throws Exception {
    assertThat(
            over(
                new Leg(rocks(), 1, 2, CHECKPOINT),
                new Leg(rocks(), 2, 1, NATIVE),
                new Leg(rocks(), 3, 5, CANONICAL),
                new Leg(rocks(), 1, 1, CHECKPOINT)))
        .isEqualTo(undisturbed);
  }

  @Test
  void canonicalSavepoint_changesTheBackend_learnsTheSameBits() throws Exception {
    assertThat(
            over(
                new Leg(heap(), 1, 5, CANONICAL),
                new Leg(rocks(), 2, 1, CANONICAL),
                new Leg(heap(), 1, 2, CHECKPOINT)))
        .isEqualTo(undisturbed);
  }

  @Test
  void snapshotWrittenLate_overOthersAndEvictions_holdsItsOwnBits() throws Exception {
    Map<String, Learned> learned = Subtasks.learned();
    OperatorSubtaskState late;
    try (TrainHarness train = setup().live(2).open()) {
      Subtasks one = new Subtasks(train);
      one.pairs(4);
      for (int id = 1; id <= 3; id++) {
        one.examples(ADAPTERS, 3 * id - 3, 3 * id);
        one.snapshot(id, CHECKPOINT);
        one.complete(id);
      }
      one.addTo(learned);
      OperatorSnapshotFutures unwritten = train.beginSnapshot(4);
      for (int id = 5; id <= 10; id++) {
        one.examples(ADAPTERS, 4 * id - 11, 4 * id - 7);
        one.snapshot(id, CHECKPOINT);
        if (id == 7) {
          train.harness.getOperator().notifyCheckpointAborted(id);
        } else {
          one.complete(id);
        }
      }
      late = OperatorSnapshotFinalizer.create(unwritten).getJobManagerOwnedState();
    }
    try (Subtasks train = new Subtasks(1, new Subtasks.Snapshot(late, 1), this::setup)) {
      train.examples(ADAPTERS, 9, EXAMPLES);
      train.command("flush", CommandKind.FLUSH);
      train.addTo(learned);
    }
    assertThat(learned).isEqualTo(undisturbed);
  }

  @Test
  void windowTrainedWithoutANewExample_isSaved() throws Exception {
    Map<String, Learned> learned = Subtasks.learned();
    Subtasks.Snapshot snapshot;
    try (Subtasks train = new Subtasks(1, null, () -> setup().awaitingPairsUpTo(3))) {
      train.examples(ADAPTERS, 0, 15);
      train.snapshot(1, CHECKPOINT);
      train.pairs(4);
      train.addTo(learned);
      snapshot = train.snapshot(2, CHECKPOINT);
    }
    try (Subtasks train = new Subtasks(1, snapshot, this::setup)) {
      train.examples(ADAPTERS, 15, EXAMPLES);
      train.command("flush", CommandKind.FLUSH);
      train.addTo(learned);
    }
    assertThat(learned).isEqualTo(undisturbed);
  }

  private OperatorSubtaskState saved() throws Exception {
    try (TrainHarness train = new TrainHarness.Setup(temp.resolve("store")).open()) {
      train.pairs(4);
      train.examples("helper", 0, 9);
      return train.snapshot(1, CANONICAL);
    }
  }

  private void refused(OperatorSubtaskState state, Path model, LoraSpec lora, String message) {
    for (int subtask = 0; subtask < 2; subtask++) {
      TrainHarness.Setup setup =
          new TrainHarness.Setup(temp.resolve("store"))
              .model(model, lora)
              .subtask(subtask, 2)
              .restored(
                  AbstractStreamOperatorTestHarness.repartitionOperatorState(
                      state, TrainHarness.MAX_PARALLELISM, 1, 2, subtask));
      assertThatThrownBy(() -> setup.open().close())
          .isInstanceOf(SuppressRestartsException.class)
          .cause()
          .isInstanceOf(UnfitStateException.class)
          .hasMessage(message);
    }
  }

  @Test
  void restored_otherModelOrLora_isRefusedOnceOnEverySubtask() throws Exception {
    OperatorSubtaskState state = saved();
    Set<LoraTarget> qv = Set.of(LoraTarget.Q, LoraTarget.V);
    String lora =
        " (sapflow.lora.from decides it where it is set); put it back, or start a new model with --fresh";
    refused(
        state,
        TrainHarness.MODEL,
        new LoraSpec(8, 8, false, qv),
        "sapflow.lora.rank: found 8, but the saved adapters are made for 4" + lora);
    refused(
        state,
        TrainHarness.MODEL,
        new LoraSpec(4, 16, false, qv),
        "sapflow.lora.alpha: found 16.0, but the saved adapters are made for 8.0" + lora);
    refused(
        state,
        TrainHarness.MODEL,
        new LoraSpec(4, 8, true, qv),
        "sapflow.lora.rs: found true, but the saved adapters are made for false" + lora);
    refused(
        state,
        TrainHarness.MODEL,
        new LoraSpec(4, 8, false, Set.of(LoraTarget.Q, LoraTarget.K)),
        "sapflow.lora.targets: found [q_proj, k_proj], but the saved adapters are made for [q_proj, v_proj]"
            + lora);
  }

  @Test
  void restored_otherBaseModel_isRefused() throws Exception {
    Path other = Path.of("src/test/resources/fixtures/f4_llama_sharded");
    TrainHarness.Setup setup =
        new TrainHarness.Setup(temp.resolve("store"))
            .model(other, TrainHarness.FRESH)
            .restored(saved());
    assertThatThrownBy(() -> setup.open().close())
        .isInstanceOf(SuppressRestartsException.class)
        .cause()
        .hasMessageMatching(
            "sapflow.model.path: found base model [0-9a-f]{64}, but the saved adapters are made for base model [0-9a-f]{64}; put it back, or start a new model with --fresh");
  }

  /** As before the model was saved: no operator state at all. */
  private OperatorSubtaskState savedWithoutTheModel() throws Exception {
    return saved().toBuilder().setManagedOperatorState(StateObjectCollection.empty()).build();
  }

  @Test
  void restored_stateWithoutTheModel_goesOn() throws Exception {
    OperatorSubtaskState old = savedWithoutTheModel();
    OperatorSubtaskState again;
    Map<String, String> digests;
    try (TrainHarness train = new TrainHarness.Setup(temp.resolve("store")).restored(old).open()) {
      again = train.snapshot(2, CANONICAL);
      digests = train.digests();
    }
    try (TrainHarness train =
        new TrainHarness.Setup(temp.resolve("store")).restored(saved()).open()) {
      assertThat(train.digests()).isEqualTo(digests);
    }
    refused(
        again,
        TrainHarness.MODEL,
        new LoraSpec(8, 8, false, Set.of(LoraTarget.Q, LoraTarget.V)),
        "sapflow.lora.rank: found 8, but the saved adapters are made for 4 (sapflow.lora.from decides it where it is set); put it back, or start a new model with --fresh");
  }

  @Test
  void restored_stateWithoutTheModelOfAnotherRank_isRefusedByItsBlocks() throws Exception {
    TrainHarness.Setup setup =
        new TrainHarness.Setup(temp.resolve("store"))
            .model(
                TrainHarness.MODEL, new LoraSpec(8, 8, false, Set.of(LoraTarget.Q, LoraTarget.V)))
            .restored(savedWithoutTheModel());
    assertThatThrownBy(() -> setup.open().close())
        .isInstanceOf(SuppressRestartsException.class)
        .cause()
        .hasMessageStartingWith("adapter helper: state block 0 has 14336 bytes, expected 28672");
  }

  @Test
  void idle_adapterLeavesAtACheckpoint_comesBackWithItsBits() throws Exception {
    Map<String, Learned> learned = Subtasks.learned();
    try (TrainHarness train = setup().open()) {
      Subtasks one = new Subtasks(train);
      one.pairs(4);
      one.examples(ADAPTERS, 0, 10);
      train.harness.setProcessingTime(TrainHarness.LIVE.idle().toMillis());
      one.snapshot(1, CHECKPOINT);
      one.complete(1);
      one.examples(ADAPTERS, 10, EXAMPLES);
      one.command("flush", CommandKind.FLUSH);
      one.addTo(learned);
    }
    assertThat(learned).isEqualTo(undisturbed);
  }
}
