package io.sapflow.cli;

import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import io.sapflow.job.Preflight;
import io.sapflow.job.options.IngestOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Option;

/** Options of the commands that start the job. */
final class JobMixin {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "The job's configuration as YAML: options of Sapflow and of Flink.")
  private Path file;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = "An option on top of the file, such as -Dsapflow.job.name=helper.")
  private Map<String, String> overrides = new TreeMap<>();

  @Option(
      names = "--skip",
      paramLabel = "TOPIC:P:OFFSET",
      description =
          "Go on past this record, which is set aside by reference; repeatable. Where a record"
              + " stops the job, its error names this.")
  private List<String> skip = new ArrayList<>();

  @Option(
      names = "--fresh",
      description =
          "Begin anew, though the job has a checkpoint or savepoint; that stays on disk, and no"
              + " later start goes on from it.")
  private boolean fresh;

  /** The configuration, which was looked through. */
  Configuration configuration() {
    if (!Files.isRegularFile(file)) {
      throw new UsageException("--config: found no file " + file + ", expected YAML");
    }
    Configuration configuration = ConfigFile.read(file, overrides);
    if (!skip.isEmpty()) {
      List<String> all = new ArrayList<>(skip);
      configuration.getOptional(IngestOptions.SKIP).ifPresent(all::addAll);
      configuration.set(IngestOptions.SKIP, all);
    }
    Preflight.check(new JobSettings(configuration));
    return configuration;
  }

  /** Whether to begin anew. */
  boolean fresh() {
    return fresh;
  }
}
