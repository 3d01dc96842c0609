package io.sapflow.cli;

import io.sapflow.lab.bench.HeldMetrics;
import io.sapflow.lab.bench.LatencyBench;
import io.sapflow.lab.bench.LatencyBenchResult;
import io.sapflow.lab.demo.DemoSettings;
import io.sapflow.local.files.JsonReport;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.toy.ToyModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sapflow bench latency}. */
@Command(
    name = "latency",
    description =
        "How long each part of the loop takes, from an example to what is served, and from a"
            + " harmful version to training held and rolled back.",
    sortOptions = false)
public final class BenchLatencyCommand implements Callable<Integer> {

  @Option(
      names = "--incidents",
      paramLabel = "N",
      defaultValue = "5",
      description = "Sources that send poison, one after the other; ${DEFAULT-VALUE}.")
  private int incidents;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Of examples and training; ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "-D", paramLabel = "KEY=VALUE", description = "An option of the job.")
  private Map<String, String> overrides = new TreeMap<>();

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON.")
  private Path json;

  @Override
  public Integer call() throws IOException {
    UsualTopics.require(overrides);
    if (incidents < 1) {
      throw new UsageException("--incidents: found " + incidents + ", expected 1 or more");
    }
    try (WorkDirectory work = WorkDirectory.create();
        LocalRun run = LocalRun.start(work, 1, HeldMetrics.options())) {
      LatencyBenchResult result =
          new LatencyBench(
                  run,
                  run.complete(
                      DemoSettings.configuration(
                          ToyModel.unpack(work.path()), seed, "sap", false, overrides)),
                  incidents,
                  System.out::println)
              .run(seed);
      result.lines().forEach(System.out::println);
      JsonReport.write(json, result.toJson());
      return 0;
    }
  }
}
