package io.sapflow.cli;

import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import io.sapflow.model.KernelArchive;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.ModelFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sapflow model kernel}. */
@Command(
    name = "kernel",
    description =
        "Write the TorchScript archive that the job computes a model with: the source and the sizes"
            + " of model and adapter, without weights.",
    sortOptions = false)
public final class KernelCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "DIR", description = "Model in Hugging Face layout.")
  private Path directory;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "A new file.")
  private Path out;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = "An option of the job, such as -Dsapflow.lora.rank=16.")
  private Map<String, String> overrides = new TreeMap<>();

  @Override
  public Integer call() throws IOException {
    OutFile.check(out);
    JobSettings settings = new JobSettings(ConfigFile.of(overrides));
    ModelConfig config = ModelConfig.read(directory);
    try (ModelFiles files = ModelFiles.open(directory)) {
      files.check(config);
    }
    OutFile.write(
        out,
        KernelArchive.of(config, settings.lora(), settings.kernel(config), settings.computeType()));
    System.out.println("kernel in " + out);
    return 0;
  }
}
