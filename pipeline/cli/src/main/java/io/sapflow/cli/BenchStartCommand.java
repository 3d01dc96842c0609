package io.sapflow.cli;

import io.sapflow.lab.bench.Start;
import io.sapflow.lab.bench.StartBench;
import io.sapflow.lab.bench.StartBenchResult;
import io.sapflow.local.files.JsonReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sapflow bench start}. */
@Command(
    name = "start",
    description =
        "How long a run takes from its process's beginning until every task runs, by part, with"
            + " and without the archive of classes in turn.",
    sortOptions = false)
public final class BenchStartCommand implements Callable<Integer> {

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Starts with the archive, and as many without; ${DEFAULT-VALUE}.")
  private int rounds;

  /** One start in this process: what the bench starts, and what the launcher makes archives of. */
  @Option(names = "--once", hidden = true)
  private boolean once;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON.")
  private Path json;

  @Override
  public Integer call() throws IOException {
    if (once) {
      System.out.println(StartBench.line(Start.measure()));
      return 0;
    }
    if (rounds < 1) {
      throw new UsageException("--rounds: found " + rounds + ", expected 1 or more");
    }
    StartBenchResult result =
        new StartBench(List.of(SapflowCommand.class.getName(), "bench", "start", "--once"))
            .run(rounds);
    result.lines().forEach(System.out::println);
    JsonReport.write(json, result.toJson());
    return 0;
  }
}
