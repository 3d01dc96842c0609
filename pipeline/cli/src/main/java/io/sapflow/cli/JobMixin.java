package io.sapflow.cli;

import io.sapflow.job.options.IngestOptions;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of the commands that start the job. */
final class JobMixin {

  @Mixin private ConfigMixin config;

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

  /** The configuration, of which each setting by itself is right. */
  Configuration configuration() {
    Configuration configuration = config.read();
    if (!skip.isEmpty()) {
      List<String> all = new ArrayList<>(skip);
      configuration.getOptional(IngestOptions.SKIP).ifPresent(all::addAll);
      configuration.set(IngestOptions.SKIP, all);
    }
    return ConfigMixin.checked(configuration);
  }

  /** Whether to begin anew. */
  boolean fresh() {
    return fresh;
  }
}
