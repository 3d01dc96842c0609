package io.sapflow.cli;

import io.sapflow.job.ConfigFile;
import io.sapflow.job.options.CheckpointOptions;
import io.sapflow.job.options.ModelOptions;
import io.sapflow.job.options.TrainingOptions;
import io.sapflow.lab.bench.FairnessBench;
import io.sapflow.lab.bench.FairnessBenchResult;
import io.sapflow.local.files.JsonReport;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.toy.ToyModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sapflow bench fairness}. */
@Command(
    name = "fairness",
    description =
        "How long an innocent adapter's examples take from sent to trained: alone, beside many new"
            + " adapters, and beside one adapter's flood of examples.",
    sortOptions = false)
public final class BenchFairnessCommand implements Callable<Integer> {

  private static final String CHECKPOINT_INTERVAL = "2 s";

  @Option(
      names = "--ids",
      paramLabel = "N",
      defaultValue = "600",
      description = "New adapters that flood; ${DEFAULT-VALUE}.")
  private int ids;

  @Option(
      names = "--pace",
      paramLabel = "N",
      defaultValue = "500",
      description = "Examples a second of each flood; ${DEFAULT-VALUE}.")
  private int pace;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "20",
      description = "Windows that the innocent sends in each part; ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "1",
      description = "Runs, each on a broker and cluster of its own; ${DEFAULT-VALUE}.")
  private int seeds;

  @Option(names = "-D", paramLabel = "KEY=VALUE", description = "An option of the job.")
  private Map<String, String> overrides = new TreeMap<>();

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON.")
  private Path json;

  @Override
  public Integer call() throws IOException {
    UsualTopics.require(overrides);
    if (seeds < 1) {
      throw new UsageException("--seeds: found " + seeds + ", expected 1 or more");
    }
    List<FairnessBenchResult.Run> runs = new ArrayList<>();
    for (long seed = 0; seed < seeds; seed++) {
      runs.add(measured(plan(), seed));
    }
    FairnessBenchResult result = new FairnessBenchResult(runs);
    result.lines().forEach(System.out::println);
    JsonReport.write(json, result.toJson());
    return 0;
  }

  private FairnessBench.Plan plan() {
    try {
      return new FairnessBench.Plan(ids, pace, rounds);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage());
    }
  }

  private FairnessBenchResult.Run measured(FairnessBench.Plan plan, long seed) throws IOException {
    try (WorkDirectory work = WorkDirectory.create()) {
      Map<String, String> values = new TreeMap<>();
      values.put(CheckpointOptions.INTERVAL.key(), CHECKPOINT_INTERVAL);
      values.put(TrainingOptions.SEED.key(), Long.toString(seed));
      values.putAll(overrides);
      values.put(ModelOptions.PATH.key(), ToyModel.unpack(work.path()).toString());
      try (LocalRun run = LocalRun.start(work)) {
        return new FairnessBench(
                run, run.complete(ConfigFile.of(values)), plan, System.out::println)
            .run(seed);
      }
    }
  }
}
