package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.model.TaskPlace;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.TrainingStep;
import io.sapflow.tokens.TokenizedExample;
import io.sapflow.train.Subtasks.Learned;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A job of little but the train operator, on Flink's own small cluster, that fails twice: what it
 * does again, and what it does after, is what an undisturbed run does.
 */
class TrainJobIT {

  private static final List<String> ADAPTERS = List.of("a", "b", "c");
  private static final int EXAMPLES = 60;
  private static final int PAIRS = 4;

  private static MiniCluster cluster;
  private static Map<String, Learned> undisturbed;

  @TempDir Path temp;

  @BeforeAll
  static void start(@TempDir Path store) throws Exception {
    cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(2)
                .build());
    cluster.start();
    undisturbed = Subtasks.learned();
    try (TrainHarness train = new TrainHarness.Setup(store).open()) {
      train.pairs(PAIRS);
      Subtasks one = new Subtasks(train);
      one.examples(ADAPTERS, 0, EXAMPLES);
      train.harness.endInput1();
      one.addTo(undisturbed);
    }
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  /** Opens the model on the task. */
  private record AtTask(String store) implements TrainResources {
    @Override
    public Opened open(TaskPlace place, boolean restored) {
      return new TrainHarness.Resources(
          Path.of(store), TrainHarness.MODEL, TrainHarness.FRESH, null);
    }
  }

  /** What came out of the present job, by adapter and step; static, as all tasks are here. */
  private static final Map<String, TrainingStep> STEPS = new ConcurrentHashMap<>();

  private static final Map<String, AdapterVersion> VERSIONS = new ConcurrentHashMap<>();
  private static final Map<String, String> DIFFERENT = new ConcurrentHashMap<>();

  private static <T> void record(Map<String, T> all, String key, T value) {
    T before = all.putIfAbsent(key, value);
    if (before != null && !before.equals(value)) {
      DIFFERENT.put(key, before + " and then " + value);
    }
  }

  /** Notes steps, and fails some steps after the first checkpoint of the first two attempts. */
  private static final class Failing extends RichMapFunction<TrainingStep, TrainingStep>
      implements CheckpointListener {
    private static final long serialVersionUID = 1;
    private boolean checkpointed;
    private int since;

    @Override
    public TrainingStep map(TrainingStep step) {
      record(
          STEPS,
          step.getAdapterId() + " " + step.getStep(),
          TrainingStep.newBuilder(step).setDurationMillis(0).build());
      boolean fails = getRuntimeContext().getTaskInfo().getAttemptNumber() < 2;
      if (fails && checkpointed && ++since == 5) {
        throw new IllegalStateException("the job fails, as it is meant to");
      }
      return step;
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
      checkpointed = true;
    }
  }

  @ParameterizedTest
  @CsvSource({"hashmap, false, 1", "hashmap, true, 2", "rocksdb, true, 2", "rocksdb, false, 1"})
  void job_failsTwice_learnsTheSameBits(String backend, boolean unaligned, int live)
      throws Exception {
    STEPS.clear();
    VERSIONS.clear();
    DIFFERENT.clear();
    Configuration configuration = new Configuration();
    configuration.set(StateBackendOptions.STATE_BACKEND, backend);
    configuration.set(CheckpointingOptions.ENABLE_UNALIGNED, unaligned);
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(20));
    configuration.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY, temp.resolve("checkpoints").toUri().toString());
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 5);
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(50));
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(2);
    env.setMaxParallelism(TrainHarness.MAX_PARALLELISM);
    build(env, live);
    JobID job = cluster.submitJob(env.getStreamGraph()).get().getJobID();
    cluster.requestJobResult(job).get().toJobExecutionResult(getClass().getClassLoader());
    assertThat(DIFFERENT).isEmpty();
    assertThat(learned()).isEqualTo(undisturbed);
  }

  private void build(StreamExecutionEnvironment env, int live) {
    DataStream<TokenizedExample> examples =
        env.fromSource(
                new NumberSequenceSource(0, EXAMPLES * ADAPTERS.size() - 1),
                WatermarkStrategy.noWatermarks(),
                "numbers")
            .setParallelism(1)
            .map(TrainJobIT::example)
            .returns(TypeInformation.of(TokenizedExample.class))
            .setParallelism(1);
    DataStream<BroadcastRecord> pairs =
        env.fromSource(
                new NumberSequenceSource(0, PAIRS - 1),
                WatermarkStrategy.noWatermarks(),
                "pair numbers")
            .setParallelism(1)
            .map(number -> TrainHarness.pair(number.intValue()))
            .returns(BroadcastRecordTypeInfo.INSTANCE)
            .setParallelism(1);
    SingleOutputStreamOperator<TrainingStep> steps =
        examples
            .keyBy(TokenizedExample::adapterId)
            .connect(pairs.broadcast())
            .transform(
                "train",
                new AvroTypeInfo<>(TrainingStep.class),
                TrainHarness.operator(
                    TrainHarness.live(TrainHarness.options(), live),
                    new AtTask(temp.resolve("store").toString()),
                    Map.of(0, PAIRS - 1L)))
            .uid("train");
    steps.map(new Failing()).sinkTo(new DiscardingSink<>());
    steps
        .getSideOutput(TrainHarness.VERSIONS)
        .map(
            version -> {
              record(VERSIONS, version.getAdapterId() + " " + version.getStep(), version);
              return version;
            })
        .returns(new AvroTypeInfo<>(AdapterVersion.class))
        .sinkTo(new DiscardingSink<>());
  }

  private static TokenizedExample example(long number) {
    int count = ADAPTERS.size();
    return TrainHarness.example(
        ADAPTERS.get((int) (number % count)), Math.toIntExact(number / count));
  }

  private static Map<String, Learned> learned() {
    Map<String, Learned> learned = Subtasks.learned();
    Subtasks.add(
        learned,
        STEPS.values().stream().sorted(Comparator.comparing(TrainingStep::getStep)).toList(),
        VERSIONS.values().stream().sorted(Comparator.comparing(AdapterVersion::getStep)).toList());
    return learned;
  }
}
