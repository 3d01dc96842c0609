package io.sapflow.cli;

import io.sapflow.job.ConfigFile;
import io.sapflow.job.options.BatchingOptions;
import io.sapflow.job.options.CheckpointOptions;
import io.sapflow.job.options.ModelOptions;
import io.sapflow.lab.bench.PipelineBench;
import io.sapflow.lab.bench.PipelineBenchResult;
import io.sapflow.local.files.JsonReport;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.toy.ToyModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sapflow bench pipeline}. */
@Command(
    name = "pipeline",
    description =
        "The job's useful tokens a second against the bare step loop's, in turn on the same"
            + " examples of the toy world.",
    sortOptions = false)
public final class BenchPipelineCommand implements Callable<Integer> {

  /** So that every round holds some. */
  private static final String CHECKPOINT_INTERVAL = "2 s";

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "7",
      description = "Timed rounds of each; ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--windows",
      paramLabel = "N",
      defaultValue = "10",
      description = "Windows of examples of a round; ${DEFAULT-VALUE}.")
  private int windows;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Of the examples and the adapter; ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = "An option of the job, such as -Dsapflow.batch.rows=4.")
  private Map<String, String> overrides = new TreeMap<>();

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON.")
  private Path json;

  @Override
  public Integer call() throws IOException {
    UsualTopics.require(overrides);
    if (rounds < 1 || windows < 1) {
      throw new UsageException("--rounds and --windows are at least 1");
    }
    PipelineBenchResult result;
    try (WorkDirectory work = WorkDirectory.create()) {
      Map<String, String> values = new TreeMap<>();
      values.put(CheckpointOptions.INTERVAL.key(), CHECKPOINT_INTERVAL);
      values.putAll(overrides);
      values.put(ModelOptions.PATH.key(), ToyModel.unpack(work.path()).toString());
      Configuration configuration = ConfigFile.of(values);
      int examples = windows * configuration.get(BatchingOptions.WINDOW);
      try (LocalRun run = LocalRun.start(work)) {
        result =
            new PipelineBench(
                    run, run.complete(configuration), rounds, examples, System.out::println)
                .run(seed);
      }
    }
    result.lines().forEach(System.out::println);
    JsonReport.write(json, result.toJson());
    return 0;
  }
}
