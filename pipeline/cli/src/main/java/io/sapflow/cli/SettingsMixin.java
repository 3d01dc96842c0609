package io.sapflow.cli;

import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** Options of the job, for commands that look at a model as the job would. */
final class SettingsMixin {

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = "An option of the job, such as -Dsapflow.model.compute-type=bfloat16.")
  private Map<String, String> overrides = new TreeMap<>();

  @Option(
      names = "--length",
      paramLabel = "N",
      defaultValue = "128",
      description = "Tokens of each row of a batch; ${DEFAULT-VALUE}.")
  private int length;

  /** The job's settings, with what was not given at its default. */
  JobSettings settings() {
    return new JobSettings(ConfigFile.of(overrides));
  }

  /** Tokens of a row, at least 2. */
  int length() {
    if (length < 2) {
      throw new UsageException("--length: found " + length + ", expected at least 2");
    }
    return length;
  }
}
