package io.sapflow.lab.bench;

import io.sapflow.job.JobSettings;
import io.sapflow.job.kafka.Waiting;
import io.sapflow.job.options.AdapterOptions;
import io.sapflow.job.options.BatchingOptions;
import io.sapflow.job.options.CheckpointOptions;
import io.sapflow.job.options.LoraOptions;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.run.Session;
import io.sapflow.local.stack.LocalCluster;
import io.sapflow.model.LoraLayout;
import io.sapflow.model.LoraSpec;
import io.sapflow.model.LoraTarget;
import io.sapflow.model.ModelConfig;
import io.sapflow.toy.Dialogue;
import io.sapflow.toy.Split;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import org.apache.flink.configuration.Configuration;

/**
 * Measures checkpoints of a job whose adapter has a given size: the toy model under adapters of a
 * rank that makes them that large.
 */
public final class CheckpointBench {

  private static final String TRAIN = "train";
  private static final int BYTES_OF_A_WEIGHT = 4 * Float.BYTES; // itself, two moments, direction
  private static final int STEP = 10;
  private static final int PAIRS = 16;
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Duration LOOK = Duration.ofMillis(20);

  private final LocalRun run;
  private final Configuration configuration;
  private final int checkpoints;

  /**
   * A bench.
   *
   * @param configuration completed by {@link LocalRun#complete}
   * @param checkpoints how many are taken, with a step before each; the first does not count
   */
  public CheckpointBench(LocalRun run, Configuration configuration, int checkpoints) {
    this.run = run;
    this.configuration = configuration;
    this.checkpoints = checkpoints;
  }

  /** Measures one size, in MiB of adapter state. */
  public CheckpointBenchResult.Size run(int mebibytes) {
    Configuration sized = sized(mebibytes);
    ToyWorld world = new ToyWorld(0);
    Iterator<Dialogue> dialogues = world.newTask(STEP * (checkpoints + 1), Split.TRAIN).iterator();
    List<LocalCluster.CheckpointCost> costs = new ArrayList<>();
    List<Double> steps = new ArrayList<>();
    double restore;
    try (Session session = new Session(run, sized, record -> {});
        StepTimes times = new StepTimes(run.bootstrapServers())) {
      session.start(ToyExamples.pairs(world.safetyPairs(PAIRS)), List.of());
      for (int i = 0; i < checkpoints; i++) {
        steps.add(step(session, times, dialogues));
        run.checkpoint();
        costs.add(run.cluster().lastCheckpoint(run.job(), TRAIN));
      }
      restart();
      double first = step(session, times, dialogues);
      double usual = Medians.of(steps.stream().mapToDouble(Double::doubleValue).toArray());
      restore = run.cluster().initialization(run.job(), TRAIN) + Math.max(0, first - usual);
      run.cluster().cancel(run.job(), LIMIT);
    }
    List<LocalCluster.CheckpointCost> counted = costs.subList(1, costs.size());
    return new CheckpointBenchResult.Size(
        mebibytes,
        Medians.of(counted.stream().mapToDouble(LocalCluster.CheckpointCost::syncMillis).toArray()),
        Medians.of(
            counted.stream().mapToDouble(LocalCluster.CheckpointCost::asyncMillis).toArray()),
        restore,
        counted.get(counted.size() - 1).bytes());
  }

  /** The job with adapters of every module, of the rank that comes nearest to a size. */
  private Configuration sized(int mebibytes) {
    ModelConfig model = ModelConfig.read(new JobSettings(configuration).model());
    LoraSpec one = new LoraSpec(1, 1, false, EnumSet.allOf(LoraTarget.class));
    double ofRankOne = (double) new LoraLayout(model, one).size() * BYTES_OF_A_WEIGHT;
    int rank = (int) Math.max(1, Math.round(((long) mebibytes << 20) / ofRankOne));
    Configuration sized = new Configuration(configuration);
    sized.set(LoraOptions.RANK, rank);
    sized.set(LoraOptions.ALPHA, (double) rank);
    sized.set(
        LoraOptions.TARGETS, Arrays.stream(LoraTarget.values()).map(LoraTarget::module).toList());
    sized.set(BatchingOptions.WINDOW, STEP);
    sized.set(BatchingOptions.ROWS, STEP);
    sized.set(AdapterOptions.VERSION_UPDATES, Integer.MAX_VALUE);
    // No other checkpoint comes between those that are asked for.
    sized.set(CheckpointOptions.INTERVAL, Duration.ofMinutes(10));
    return sized;
  }

  /** Trains one step; returns how many milliseconds after sending its report was there. */
  private double step(Session session, StepTimes times, Iterator<Dialogue> dialogues) {
    long start = System.nanoTime();
    for (int i = 0; i < STEP; i++) {
      String id = "bench-" + session.sent();
      session.send(ToyExamples.example("bench", "bench", id, 0, dialogues.next()));
    }
    session.flush();
    times.next(STEP, run::check);
    return (System.nanoTime() - start) / 1e6;
  }

  /** Ends the TaskManager; another takes over from the last checkpoint. */
  private void restart() {
    run.cluster().terminateTaskManager(0);
    run.cluster().startTaskManager();
    while (run.cluster().isRunning(run.job())) {
      Waiting.pause(LOOK);
    }
    run.cluster().awaitRunning(run.job(), LIMIT);
  }
}
