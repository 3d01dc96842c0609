package io.sapflow.cli;

import io.sapflow.job.ConfigFile;
import io.sapflow.job.options.ModelOptions;
import io.sapflow.lab.bench.CheckpointBench;
import io.sapflow.lab.bench.CheckpointBenchResult;
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

/** {@code sapflow bench checkpoint}. */
@Command(
    name = "checkpoint",
    description = "How long a checkpoint holds training up, and how long it takes, by state size.",
    sortOptions = false)
public final class BenchCheckpointCommand implements Callable<Integer> {

  @Option(
      names = "--state-mb",
      split = ",",
      paramLabel = "N",
      defaultValue = "50,200,500",
      description = "MiB of adapter state; ${DEFAULT-VALUE}.")
  private List<Integer> sizes;

  @Option(
      names = "--checkpoints",
      paramLabel = "N",
      defaultValue = "8",
      description = "Checkpoints of each size, at least 2; ${DEFAULT-VALUE}.")
  private int checkpoints;

  @Option(names = "-D", paramLabel = "KEY=VALUE", description = "An option of the job.")
  private Map<String, String> overrides = new TreeMap<>();

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON.")
  private Path json;

  @Override
  public Integer call() throws IOException {
    UsualTopics.require(overrides);
    if (checkpoints < 2 || sizes.stream().anyMatch(size -> size < 1)) {
      throw new UsageException("--checkpoints is at least 2, and each --state-mb at least 1");
    }
    List<CheckpointBenchResult.Size> measured = new ArrayList<>();
    for (int size : sizes) {
      measured.add(measure(size));
      System.out.println(size + " MiB measured");
    }
    CheckpointBenchResult result = new CheckpointBenchResult(measured);
    result.lines().forEach(System.out::println);
    JsonReport.write(json, result.toJson());
    return 0;
  }

  /** Each size on a broker and a cluster of its own, that knows of no other. */
  private CheckpointBenchResult.Size measure(int size) {
    try (WorkDirectory work = WorkDirectory.create()) {
      Map<String, String> values = new TreeMap<>(overrides);
      values.put(ModelOptions.PATH.key(), ToyModel.unpack(work.path()).toString());
      try (LocalRun run = LocalRun.start(work)) {
        return new CheckpointBench(run, run.complete(ConfigFile.of(values)), checkpoints).run(size);
      }
    }
  }
}
