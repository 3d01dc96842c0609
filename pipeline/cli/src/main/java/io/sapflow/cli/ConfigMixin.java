package io.sapflow.cli;

import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import io.sapflow.job.Preflight;
import io.sapflow.job.kafka.TokenEndpoint;
import io.sapflow.job.options.AdapterOptions;
import io.sapflow.job.options.KafkaOptions;
import io.sapflow.job.options.ModelOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Option;

/** The configuration of a whole job. */
final class ConfigMixin {

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

  /** What the file and the options on top of it say, whether it is right or not. */
  Configuration read() {
    if (!Files.isRegularFile(file)) {
      throw new UsageException("--config: found no file " + file + ", expected YAML");
    }
    return ConfigFile.read(file, overrides);
  }

  /** The configuration, of which each setting by itself is right. */
  Configuration configuration() {
    return checked(read());
  }

  /** Refuses settings that no job could have. */
  static Configuration checked(Configuration configuration) {
    JobSettings settings = new JobSettings(configuration);
    Preflight.settings(settings, System.getenv());
    settings.get(KafkaOptions.BOOTSTRAP_SERVERS);
    settings.get(AdapterOptions.STORE);
    settings.get(ModelOptions.PATH);
    TokenEndpoint.of(settings.kafka()).ifPresent(TokenEndpoint::allowHere);
    return configuration;
  }
}
