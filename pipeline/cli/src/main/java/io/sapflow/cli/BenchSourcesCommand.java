package io.sapflow.cli;

import io.sapflow.lab.drill.SourceBench;
import io.sapflow.lab.drill.SourceBenchResult;
import io.sapflow.local.files.JsonReport;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.toy.ToyModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sapflow bench sources}. */
@Command(
    name = "sources",
    description =
        "How many steps source-suspicious takes to see the drill's poisoned sources, and what it"
            + " reads where nothing is wrong: with pushes known at every step, and at refreshes of"
            + " the hidden probe alone.",
    sortOptions = false)
public final class BenchSourcesCommand implements Callable<Integer> {

  @Option(
      names = "--incident",
      paramLabel = "NAME",
      description = "One that is to be trained, and again for another; all if none is given.")
  private Set<String> incidents = new LinkedHashSet<>();

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "3",
      description = "How often each is trained, each time with another seed; ${DEFAULT-VALUE}.")
  private int seeds;

  @Option(names = "--short", description = "In few examples, as the drill's --short.")
  private boolean inShort;

  @Option(names = "-D", paramLabel = "KEY=VALUE", description = "An option of the job.")
  private Map<String, String> overrides = new TreeMap<>();

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON.")
  private Path json;

  @Override
  public Integer call() throws IOException {
    List<SourceBenchResult.Run> runs = new ArrayList<>();
    try (WorkDirectory work = WorkDirectory.create()) {
      SourceBench bench = new SourceBench(ToyModel.unpack(work.path()), overrides);
      for (String name : chosen()) {
        for (long seed = 0; seed < seeds; seed++) {
          SourceBenchResult.Run run = bench.run(name, seed, inShort);
          System.out.println(run.line());
          runs.add(run);
        }
      }
    }
    JsonReport.write(json, new SourceBenchResult(runs).toJson());
    return 0;
  }

  private Set<String> chosen() {
    if (seeds < 1) {
      throw new UsageException("--seeds: found " + seeds + ", expected 1 or more");
    }
    for (String name : incidents) {
      if (!SourceBench.names().contains(name)) {
        throw new UsageException(
            "--incident: found "
                + name
                + ", expected any of "
                + String.join(", ", SourceBench.names()));
      }
    }
    return incidents.isEmpty() ? new LinkedHashSet<>(SourceBench.names()) : incidents;
  }
}
