package io.sapflow.cli;

import io.sapflow.job.Presets;
import io.sapflow.lab.bench.GpuScript;
import io.sapflow.local.stack.WorkDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sapflow bench gpu}. */
@Command(
    name = "gpu",
    description =
        "Write one Python file with everything that a short visit to a GPU should measure, the most"
            + " valuable first. Docs: docs/performance.md.",
    sortOptions = false)
public final class BenchGpuCommand implements Callable<Integer> {

  @Option(names = "--script", required = true, paramLabel = "FILE", description = "Where it goes.")
  private Path script;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = "An option of the job, such as -Dsapflow.batch.rows=32.")
  private Map<String, String> overrides = new TreeMap<>();

  @Override
  public Integer call() throws IOException {
    try (WorkDirectory work = WorkDirectory.create()) {
      Files.writeString(script, GpuScript.text(work.path(), Presets.under(overrides)));
    }
    System.out.println("script in " + script + ": python3 " + script.getFileName() + " --help");
    return 0;
  }
}
