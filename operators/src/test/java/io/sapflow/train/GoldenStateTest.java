package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.sapflow.schema.CommandKind;
import io.sapflow.train.Subtasks.Learned;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.SavepointType;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Savepoints of every released state format are committed and must stay restorable:
 * state/train-N.savepoint, the train operator's canonical savepoint after {@link #script}, and
 * state/train-N.digests, what its adapters were.
 *
 * <p>When the format changes (a field of a book, the blocks, a new state), raise {@link #NEWEST}
 * and add it to the values below, then write the new pair once and commit it:
 *
 * <pre>mvn -pl schemas,operators test -Dtest=GoldenStateTest -Dsapflow.golden=write \
 *     -Dsurefire.failIfNoSpecifiedTests=false</pre>
 *
 * <p>Older files are never written again, so the script stays as it is, too.
 */
class GoldenStateTest {

  private static final int NEWEST = 4;
  private static final int SAVED_AT = 13;
  private static final int END = 24;
  private static final List<String> ADAPTERS = List.of("helper", "other");

  @TempDir Path temp;

  private static Path file(int format, String kind) {
    return Path.of("src/test/resources/state/train-" + format + "." + kind);
  }

  private static Map<String, String> digests(int format) throws Exception {
    Properties properties = new Properties();
    try (var in = Files.newBufferedReader(file(format, "digests"))) {
      properties.load(in);
    }
    Map<String, String> digests = new TreeMap<>();
    properties.stringPropertyNames().forEach(id -> digests.put(id, properties.getProperty(id)));
    return digests;
  }

  private TrainHarness.Setup setup(String store) {
    return new TrainHarness.Setup(temp.resolve(store));
  }

  /** Up to the savepoint: half a window waits, a version is promoted, a source set aside. */
  private static void script(TrainHarness train) throws Exception {
    train.pairs(4);
    Subtasks one = new Subtasks(train);
    one.examples(ADAPTERS, 0, 10);
    String first = train.versions().get(0).getVersion();
    train.command("promote", CommandKind.PROMOTED, Map.of("version", first));
    train.command("set-aside", CommandKind.QUARANTINE_SOURCE, Map.of("source", "forum"));
    one.examples(ADAPTERS, 10, SAVED_AT);
  }

  private static void trainOn(TrainHarness train) throws Exception {
    Subtasks one = new Subtasks(train);
    one.examples(ADAPTERS, SAVED_AT, END);
    one.command("flush", CommandKind.FLUSH);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void savepoint_restored_holdsItsBits(int format) throws Exception {
    for (StateBackend backend :
        List.of(new HashMapStateBackend(), new EmbeddedRocksDBStateBackend())) {
      OperatorSubtaskState state =
          OperatorSnapshotUtil.readStateHandle(file(format, "savepoint").toString());
      try (TrainHarness train = setup("again").backend(backend).restored(state).open()) {
        assertThat(train.digests()).isEqualTo(digests(format));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void savepoint_trainedOn_learnsWhatAnUninterruptedRunDoes(int format) throws Exception {
    try (TrainHarness train = setup("here").open()) {
      script(train);
      assumeThat(train.digests())
          .as("a machine of another kind wrote the savepoint: its numbers differ in the last bits")
          .isEqualTo(digests(format));
    }
    Map<String, Learned> uninterrupted;
    int stepsBefore;
    try (TrainHarness train = setup("uninterrupted").open()) {
      script(train);
      stepsBefore = train.steps().size();
      trainOn(train);
      uninterrupted = since(train, stepsBefore);
    }
    OperatorSubtaskState state =
        OperatorSnapshotUtil.readStateHandle(file(format, "savepoint").toString());
    try (TrainHarness train = setup("restored").restored(state).open()) {
      trainOn(train);
      assertThat(since(train, 0)).isEqualTo(uninterrupted);
    }
  }

  /** What came out after a number of steps: reports, and the last version's digest. */
  private static Map<String, Learned> since(TrainHarness train, int steps) {
    Map<String, Learned> learned = Subtasks.learned();
    Subtasks.add(learned, train.steps().subList(steps, train.steps().size()), List.of());
    Map<String, String> newest = new TreeMap<>();
    train.versions().forEach(version -> newest.put(version.getAdapterId(), version.getSha256()));
    newest.forEach((id, digest) -> learned.get(id).digests().add(digest));
    return learned;
  }

  @Test
  @EnabledIfSystemProperty(named = "sapflow.golden", matches = "write")
  void write() throws Exception {
    Files.createDirectories(file(NEWEST, "savepoint").getParent());
    try (TrainHarness train = setup("written").open()) {
      script(train);
      OperatorSnapshotUtil.writeStateHandle(
          train.snapshot(1, SavepointType.savepoint(SavepointFormatType.CANONICAL)),
          file(NEWEST, "savepoint").toString());
      StringBuilder lines = new StringBuilder();
      train.digests().forEach((id, digest) -> lines.append(id + "=" + digest + "\n"));
      Files.writeString(file(NEWEST, "digests"), lines);
    }
  }
}
