package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TrainingStep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.CheckpointType;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.SavepointType;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is trained when, with windows of eight examples; what is learnt never depends on it. */
class TrainTurnsTest {

  private static final int WINDOW = 8;

  @TempDir private Path temp;

  private int stores;

  private TrainHarness.Setup setup() {
    return new TrainHarness.Setup(temp.resolve("store-" + stores++));
  }

  private static List<String> trained(TrainHarness train) {
    List<String> adapters = new ArrayList<>();
    for (TrainingStep step : train.steps()) {
      if (step.getOutcome() == StepStatus.TRAINED) {
        adapters.add(step.getAdapterId());
      }
    }
    return adapters;
  }

  /** Examples that an adapter was trained on. */
  private static int examples(TrainHarness train, String adapterId) {
    return train.steps().stream()
        .filter(step -> step.getAdapterId().equals(adapterId))
        .mapToInt(TrainingStep::getExamples)
        .sum();
  }

  private static void turn(TrainHarness train) throws Exception {
    int before = train.steps().size();
    while (train.steps().size() == before && train.runMail()) {}
  }

  /** The adapter's newest version is promoted, as the gate does with a green one. */
  private static void serve(TrainHarness train, String adapterId) throws Exception {
    train.examples(adapterId, 0, 5 * WINDOW);
    AdapterVersion newest =
        train.versions().stream()
            .filter(version -> version.getAdapterId().equals(adapterId))
            .reduce((first, second) -> second)
            .orElseThrow();
    assertThat(newest.getStep()).isPositive();
    train.command(
        adapterId, "p-" + adapterId, CommandKind.PROMOTED, Map.of("version", newest.getVersion()));
    train.examples(adapterId, 5 * WINDOW, 6 * WINDOW); // a turn after which it is known
  }

  @Test
  void nothingIsTrained_whileInputComes_butAtTheLatestAfterAThousand() throws Exception {
    try (TrainHarness train = setup().ahead(16 << 20).open()) {
      train.pairs(4); // inputs, too
      for (int i = 0; i < 1000; i++) {
        assertThat(train.steps().isEmpty()).as("after %d", i).isEqualTo(i < 1000 - 4);
        train.takeIn("a", i, i + 1);
        train.runMail();
      }
    }
  }

  @Test
  void anInputAskedInVain_isNoReasonToTrain() throws Exception {
    try (TrainHarness train = setup().ahead(16 << 20).open()) {
      train.pairs(4);
      train.takeIn("a", 0, WINDOW);
      for (int i = 0; i < 200; i++) {
        train.runMail();
        train.runMail();
        train.runMail();
        train.takeIn("a", WINDOW + i, WINDOW + i + 1);
      }
      assertThat(train.steps()).isEmpty();
      train.turns();
      assertThat(examples(train, "a")).isEqualTo(WINDOW + 200);
    }
  }

  @Test
  void stopWithoutDrain_trainsNothingAfterItsSavepoint_unlessThatFails() throws Exception {
    try (TrainHarness train = setup().ahead(16 << 20).open()) {
      train.pairs(4);
      train.takeIn("a", 0, 3 * WINDOW);
      train.snapshot(1, SavepointType.suspend(SavepointFormatType.CANONICAL));
      train.turns();
      assertThat(train.steps()).isEmpty();
      train.harness.getOperator().notifyCheckpointAborted(1);
      train.turns();
      assertThat(examples(train, "a")).isEqualTo(3 * WINDOW);
      train.takeIn("a", 3 * WINDOW, 4 * WINDOW);
      train.snapshot(2, SavepointType.savepoint(SavepointFormatType.CANONICAL));
      train.turns();
      assertThat(examples(train, "a")).isEqualTo(4 * WINDOW);
    }
  }

  @Test
  void flush_trainsWhatWaits_butNotOfAStepToCome_norOnceMore() throws Exception {
    try (TrainHarness train = setup().ahead(16 << 20).open()) {
      train.pairs(4);
      train.examples("a", 0, WINDOW);
      train.takeIn("a", WINDOW, 3 * WINDOW);
      train.command(
          TrainHarness.commandOf("later", "gate", CommandKind.FLUSH, Map.of())
              .setAdapterId("a")
              .setAtStep(100L)
              .build());
      assertThat(examples(train, "a")).isEqualTo(WINDOW);
      train.command("a", "now", CommandKind.FLUSH, Map.of());
      assertThat(examples(train, "a")).isEqualTo(3 * WINDOW);
      train.takeIn("a", 3 * WINDOW, 4 * WINDOW);
      train.command("a", "now", CommandKind.FLUSH, Map.of());
      assertThat(examples(train, "a")).isEqualTo(3 * WINDOW);
    }
  }

  @Test
  void floodOfNewAdapters_doesNotComeBetweenTwoWindowsOfAServedOne() throws Exception {
    try (TrainHarness train = setup().mostAdapters(21).open()) {
      train.pairs(4);
      serve(train, "innocent");
      int before = train.steps().size();
      for (int i = 0; i < 40; i++) {
        train.takeIn("new-" + i, 0, 3 * WINDOW);
      }
      assertThat(train.quarantined()).hasSize(20 * 3 * WINDOW);
      train.takeIn("innocent", 100, 100 + 2 * WINDOW);
      turn(train);
      turn(train);
      turn(train);
      turn(train);
      List<String> since = trained(train);
      since = since.subList(before, since.size());
      assertThat(since.stream().distinct().filter(id -> id.startsWith("new-")).count())
          .isLessThanOrEqualTo(2);
      assertThat(examples(train, "innocent")).isEqualTo(8 * WINDOW);
      train.turns();
      for (int i = 0; i < 20; i++) {
        assertThat(examples(train, "new-" + i)).isEqualTo(3 * WINDOW);
      }
    }
  }

  @Test
  void floodOfOneAdaptersExamples_leavesOthersTheirTurns() throws Exception {
    try (TrainHarness train = setup().open()) {
      train.pairs(4);
      serve(train, "innocent");
      serve(train, "flood");
      train.takeIn("flood", 100, 100 + 50 * WINDOW);
      turn(train);
      train.takeIn("innocent", 100, 100 + WINDOW);
      turn(train);
      turn(train);
      assertThat(examples(train, "innocent")).isEqualTo(7 * WINDOW);
      assertThat(examples(train, "flood")).isLessThan(10 * WINDOW);
    }
  }

  @Test
  void moreThanMayWait_isTrainedBeforeMoreIsTakenIn() throws Exception {
    try (TrainHarness train = setup().ahead(10_000).open()) {
      train.pairs(4);
      train.takeIn("a", 0, 200);
      assertThat(examples(train, "a")).isBetween(150, 200);
    }
  }

  @Test
  void newAdapter_isMadeAtItsTurn() throws Exception {
    try (TrainHarness train = setup().open()) {
      train.pairs(4);
      train.takeIn("a", 0, 1);
      assertThat(train.versions()).isEmpty();
      train.turns();
      assertThat(train.versions()).hasSize(1);
    }
  }

  @Test
  void command_comesBeforeWhatWaits_butFlushAfterIt() throws Exception {
    try (TrainHarness train = setup().open()) {
      train.pairs(4);
      train.takeIn("a", 0, 3 * WINDOW + 1);
      train.command("a", "pause", CommandKind.PAUSE, Map.of());
      train.turns();
      assertThat(examples(train, "a")).isZero();
      train.command("a", "resume", CommandKind.RESUME, Map.of());
      train.takeIn("a", 3 * WINDOW + 1, 4 * WINDOW + 3);
      train.command("a", "flush", CommandKind.FLUSH, Map.of());
      assertThat(examples(train, "a")).isEqualTo(4 * WINDOW + 3);
    }
  }

  @Test
  void endOfInput_trainsAllThatWaits() throws Exception {
    try (TrainHarness train = setup().open()) {
      train.pairs(4);
      train.takeIn("a", 0, 21);
      train.takeIn("b", 0, 3);
      train.harness.endInput1();
      assertThat(examples(train, "a")).isEqualTo(21);
      assertThat(examples(train, "b")).isEqualTo(3);
      train.turns();
    }
  }

  /** Whatever comes in whichever order among adapters, with checkpoints and failures between. */
  @Test
  void turns_doNotChangeWhatIsLearnt() throws Exception {
    List<String> adapters = List.of("a", "b", "c", "d");
    int count = 40;
    Map<String, List<String>> alone = new LinkedHashMap<>();
    for (String adapter : adapters) {
      try (TrainHarness train = setup().open()) {
        train.pairs(4);
        train.examples(adapter, 0, count);
        alone.put(adapter, digests(train, adapter));
        assertThat(alone.get(adapter)).hasSizeGreaterThan(1);
      }
    }
    for (int seed = 0; seed < 6; seed++) {
      assertThat(inTurns(adapters, count, seed)).isEqualTo(alone);
    }
  }

  private Map<String, List<String>> inTurns(List<String> adapters, int count, int seed)
      throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    boolean rocks = seed % 2 == 1;
    int[] next = new int[adapters.size()];
    Map<String, List<String>> learned = new LinkedHashMap<>();
    adapters.forEach(adapter -> learned.put(adapter, new ArrayList<>()));
    OperatorSubtaskState state = null;
    TrainHarness.Setup setup = setup().live(2);
    for (int leg = 0; leg < 3; leg++) {
      setup.restored(state);
      if (rocks) {
        setup.backend(new EmbeddedRocksDBStateBackend(false));
      }
      try (TrainHarness train = setup.open()) {
        if (leg == 0) {
          train.pairs(4);
        }
        int taken = leg == 2 ? Integer.MAX_VALUE : 50;
        while (taken-- > 0 && open(next, count)) {
          int which = random.nextInt(adapters.size());
          int most = Math.min(count - next[which], 1 + random.nextInt(12));
          train.takeIn(adapters.get(which), next[which], next[which] + most);
          next[which] += most;
          taken -= most;
          for (int mails = random.nextInt(4); mails > 0; mails--) {
            train.runMail();
          }
        }
        if (leg == 2) {
          train.turns();
        }
        adapters.forEach(adapter -> learned.get(adapter).addAll(digests(train, adapter)));
        state = train.snapshot(leg + 1, CheckpointType.CHECKPOINT);
      }
    }
    return learned;
  }

  private static boolean open(int[] next, int count) {
    for (int each : next) {
      if (each < count) {
        return true;
      }
    }
    return false;
  }

  private static List<String> digests(TrainHarness train, String adapter) {
    return train.versions().stream()
        .filter(version -> version.getAdapterId().equals(adapter))
        .map(AdapterVersion::getSha256)
        .toList();
  }
}
