package io.sapflow.train;

import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.TrainingStep;
import io.sapflow.tokens.TokenizedExample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.SnapshotType;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;

/** All subtasks of a train operator, and what they learned by adapter. */
final class Subtasks implements AutoCloseable {

  /** A snapshot of all subtasks. */
  record Snapshot(OperatorSubtaskState state, int subtasks) {}

  /**
   * What came out for one adapter.
   *
   * @param steps reports, without their durations
   * @param digests of its versions: weights, moments, probe and direction
   */
  record Learned(List<TrainingStep> steps, List<String> digests) {
    Learned() {
      this(new ArrayList<>(), new ArrayList<>());
    }
  }

  private final List<TrainHarness> all = new ArrayList<>();

  /**
   * Starts them.
   *
   * @param from null for a fresh start
   * @param how for each of them
   */
  Subtasks(int count, Snapshot from, Supplier<TrainHarness.Setup> how) throws Exception {
    for (int i = 0; i < count; i++) {
      TrainHarness.Setup setup = how.get().subtask(i, count);
      if (from != null) {
        setup.restored(
            AbstractStreamOperatorTestHarness.repartitionOperatorState(
                from.state(), TrainHarness.MAX_PARALLELISM, from.subtasks(), count, i));
      }
      all.add(setup.open());
    }
  }

  /** One that is open; who opened it closes it. */
  Subtasks(TrainHarness one) {
    all.add(one);
  }

  /** Examples of each adapter in turn. */
  void examples(List<String> adapters, int from, int to) throws Exception {
    examples(adapters, from, to, TrainHarness::example);
  }

  /** What an adapter's example of a number is. */
  interface Examples {
    TokenizedExample of(String adapterId, int number);
  }

  /** Examples of some kind, of each adapter in turn. */
  void examples(List<String> adapters, int from, int to, Examples kind) throws Exception {
    for (int i = from; i < to; i++) {
      for (String adapter : adapters) {
        int owner =
            KeyGroupRangeAssignment.assignKeyToParallelOperator(
                adapter, TrainHarness.MAX_PARALLELISM, all.size());
        all.get(owner).harness.processElement1(new StreamRecord<>(kind.of(adapter, i)));
        all.get(owner).turns();
      }
    }
  }

  void pairs(int count) throws Exception {
    for (TrainHarness each : all) {
      each.pairs(count);
    }
  }

  void command(String id, CommandKind kind) throws Exception {
    for (TrainHarness each : all) {
      each.command("*", id, kind, Map.of());
    }
  }

  Snapshot snapshot(long id, SnapshotType type) throws Exception {
    OperatorSubtaskState[] states = new OperatorSubtaskState[all.size()];
    for (int i = 0; i < states.length; i++) {
      states[i] = all.get(i).snapshot(id, type);
    }
    return new Snapshot(AbstractStreamOperatorTestHarness.repackageState(states), states.length);
  }

  void complete(long id) throws Exception {
    for (TrainHarness each : all) {
      each.harness.notifyOfCompletedCheckpoint(id);
    }
  }

  /** Adds what came out since the start. */
  void addTo(Map<String, Learned> learned) {
    all.forEach(each -> add(learned, each.steps(), each.versions()));
  }

  static void add(
      Map<String, Learned> learned, List<TrainingStep> steps, List<AdapterVersion> versions) {
    for (TrainingStep step : steps) {
      learned
          .computeIfAbsent(step.getAdapterId(), id -> new Learned())
          .steps()
          .add(TrainingStep.newBuilder(step).setDurationMillis(0).build());
    }
    for (AdapterVersion version : versions) {
      learned
          .computeIfAbsent(version.getAdapterId(), id -> new Learned())
          .digests()
          .add(version.getSha256());
    }
  }

  static Map<String, Learned> learned() {
    return new TreeMap<>();
  }

  @Override
  public void close() throws Exception {
    for (TrainHarness each : all) {
      each.close();
    }
  }
}
