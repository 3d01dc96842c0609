package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.adapter.AdapterVersions;
import io.sapflow.adapter.LocalVersionFiles;
import io.sapflow.model.TaskPlace;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.TrainingStep;
import io.sapflow.tokens.TokenizedExample;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job of little but the train operator, on Flink's own small cluster, that makes many versions:
 * from an older retained checkpoint and from a savepoint, a rollback finds what it needs.
 */
@Timeout(240)
class RetentionIT {

  private static final int PAIRS = 4;
  private static final int KEEP = 1;
  private static final int RETAINED = 3;

  /** Static, as all tasks are here. */
  private static final Queue<BroadcastRecord> COMMANDS = new ConcurrentLinkedQueue<>();

  private static final List<String> VERSIONS = new CopyOnWriteArrayList<>();
  private static final Map<String, String> ANSWERS = new ConcurrentHashMap<>();

  @TempDir Path temp;
  private MiniCluster cluster;
  private AdapterVersions store;

  @BeforeEach
  void start() throws Exception {
    COMMANDS.clear();
    VERSIONS.clear();
    ANSWERS.clear();
    store = new AdapterVersions(new LocalVersionFiles(temp.resolve("store")));
    Configuration retaining = new Configuration();
    retaining.set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, RETAINED);
    cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(retaining)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(1)
                .build());
    cluster.start();
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  /** Opens the model on the task. */
  private record AtTask(String store) implements TrainResources {
    @Override
    public Opened open(TaskPlace place, boolean restored) {
      return new TrainHarness.Resources(
          Path.of(store), TrainHarness.MODEL, TrainHarness.FRESH, null, KEEP);
    }
  }

  /** Lets signals through when somebody has given them. */
  private static final class Commands implements FlatMapFunction<Long, BroadcastRecord> {
    private static final long serialVersionUID = 1;

    @Override
    public void flatMap(Long number, Collector<BroadcastRecord> out) throws InterruptedException {
      Thread.sleep(5);
      BroadcastRecord command = COMMANDS.poll();
      if (command != null) {
        out.collect(command);
      }
    }
  }

  @Test
  void restored_fromAnOlderCheckpointAndFromASavepoint_rollsBackToWhatWasPromoted()
      throws Exception {
    for (int i = 0; i < PAIRS; i++) {
      COMMANDS.add(TrainHarness.pair(i));
    }
    JobID job = submit(null);
    String atSavepoint = promoteNext("first");
    checkpoint(job);
    String savepoint =
        cluster
            .triggerSavepoint(
                job,
                temp.resolve("savepoints").toUri().toString(),
                false,
                SavepointFormatType.CANONICAL)
            .get();
    String between = promoteNext("second");
    checkpoint(job);
    String atOlder = promoteNext("third");
    awaitVersions(VERSIONS.size() + 1);
    String older = checkpoint(job);
    for (int i = 1; i < RETAINED; i++) {
      promoteNext("later " + i);
      awaitVersions(VERSIONS.size() + 2);
      checkpoint(job);
    }
    await(() -> !store.list("helper").contains(between), "the second promoted version expires");
    assertThat(store.list("helper")).contains(atSavepoint, atOlder);
    assertThat(store.list("helper")).hasSizeLessThan(VERSIONS.size());
    cancel(job);

    JobID again = submit(older);
    assertThat(rollBack("from the older checkpoint")).startsWith("APPLIED to " + atOlder + ",");
    cancel(again);

    JobID fromSavepoint = submit(savepoint);
    assertThat(rollBack("from the savepoint")).startsWith("APPLIED to " + atSavepoint + ",");
    cancel(fromSavepoint);
  }

  /** Promotes the newest version and returns its name. */
  private String promoteNext(String id) throws Exception {
    awaitVersions(VERSIONS.size() + 1);
    String newest = VERSIONS.get(VERSIONS.size() - 1);
    send(id, CommandKind.PROMOTED, Map.of("version", newest));
    await(() -> ANSWERS.containsKey(id), "the promotion is answered");
    // With one version to roll back to, the one that was newest may be known no more.
    return ANSWERS.get(id).startsWith("APPLIED") ? newest : promoteNext(id + "'");
  }

  private static String rollBack(String id) throws Exception {
    send(id, CommandKind.ROLLBACK, Map.of());
    await(() -> ANSWERS.containsKey(id), "the rollback is answered");
    return ANSWERS.get(id);
  }

  private static void send(String id, CommandKind kind, Map<String, String> arguments) {
    ControlCommand command = TrainHarness.commandOf(id, "gate", kind, arguments).build();
    COMMANDS.add(
        new BroadcastRecord.Command(
            RecordCodec.of(ControlCommand.class).encode(command), TrainHarness.NOW));
  }

  private static void awaitVersions(int count) throws Exception {
    await(() -> VERSIONS.size() >= count, count + " versions are made");
  }

  /** What is waited for. */
  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition, String what) throws Exception {
    long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("waited too long until " + what).isLessThan(until);
      Thread.sleep(20);
    }
  }

  private String checkpoint(JobID job) throws Exception {
    return cluster.triggerCheckpoint(job).get();
  }

  private void cancel(JobID job) throws Exception {
    cluster.cancelJob(job).get();
    await(() -> cluster.getJobStatus(job).get().isTerminalState(), "the job is cancelled");
  }

  private JobID submit(String from) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofHours(10));
    configuration.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY, temp.resolve("checkpoints").toUri().toString());
    configuration.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    if (from != null) {
      configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, from);
    }
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(1);
    env.setMaxParallelism(TrainHarness.MAX_PARALLELISM);
    build(env);
    JobID job = cluster.submitJob(env.getStreamGraph()).get().getJobID();
    await(
        () -> {
          assertThat(cluster.getJobStatus(job).get().isTerminalState()).isFalse();
          return cluster.getExecutionGraph(job).get().getAllExecutionVertices().iterator().hasNext()
              && running(job);
        },
        "the job runs");
    return job;
  }

  private boolean running(JobID job) throws Exception {
    for (var vertex : cluster.getExecutionGraph(job).get().getAllExecutionVertices()) {
      if (vertex.getExecutionState() != org.apache.flink.runtime.execution.ExecutionState.RUNNING) {
        return false;
      }
    }
    return true;
  }

  private void build(StreamExecutionEnvironment env) {
    DataStream<TokenizedExample> examples =
        env.fromSource(
                new NumberSequenceSource(0, Integer.MAX_VALUE),
                WatermarkStrategy.noWatermarks(),
                "numbers")
            .map(
                number -> {
                  Thread.sleep(5);
                  return TrainHarness.example("helper", number.intValue());
                })
            .returns(TypeInformation.of(TokenizedExample.class));
    DataStream<BroadcastRecord> signals =
        env.fromSource(
                new NumberSequenceSource(0, Integer.MAX_VALUE),
                WatermarkStrategy.noWatermarks(),
                "signals")
            .flatMap(new Commands())
            .returns(BroadcastRecordTypeInfo.INSTANCE);
    SingleOutputStreamOperator<TrainingStep> steps =
        examples
            .keyBy(TokenizedExample::adapterId)
            .connect(signals.broadcast())
            .transform(
                "train",
                new AvroTypeInfo<>(TrainingStep.class),
                TrainHarness.operator(
                    TrainHarness.keeping(TrainHarness.options(), KEEP),
                    new AtTask(temp.resolve("store").toString()),
                    Map.of(0, PAIRS - 1L)))
            .uid("train");
    steps
        .map(
            step -> {
              step.getAppliedCommands()
                  .forEach(
                      answer ->
                          ANSWERS.put(
                              answer.getId(), answer.getOutcome() + " " + answer.getReason()));
              return step;
            })
        .returns(new AvroTypeInfo<>(TrainingStep.class))
        .sinkTo(new DiscardingSink<>());
    steps
        .getSideOutput(TrainHarness.VERSIONS)
        .map(
            version -> {
              VERSIONS.add(version.getVersion());
              return version;
            })
        .returns(new AvroTypeInfo<>(AdapterVersion.class))
        .sinkTo(new DiscardingSink<>());
  }
}
