package io.sapflow.cli;

import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import io.sapflow.job.access.Access;
import io.sapflow.job.access.AccessLook;
import io.sapflow.job.kafka.TokenEndpoint;
import io.sapflow.ops.topics.Brokers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** Options of the commands that need a job's topics, but neither its model nor its cluster. */
final class BrokerMixin {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The job's configuration as YAML; sapflow.kafka.bootstrap-servers is needed.")
  private Path file;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description =
          "An option on top of the file, or without one:"
              + " -Dsapflow.kafka.bootstrap-servers=HOST:PORT.")
  private Map<String, String> overrides = new TreeMap<>();

  /** The job's settings. */
  JobSettings settings() {
    if (file == null) {
      return new JobSettings(ConfigFile.of(overrides));
    }
    if (!Files.isRegularFile(file)) {
      throw new UsageException("--config: found no file " + file + ", expected YAML");
    }
    return new JobSettings(ConfigFile.read(file, overrides));
  }

  /** The job's brokers, of which one answers, allows this and has the topics for it. */
  Brokers brokers(List<Access> needed) {
    Brokers brokers = named();
    brokers.require(needed);
    return brokers;
  }

  /** The same by what is needed for topics that may not be there. */
  Brokers brokersBeforeTopics(List<Access> needed) {
    Brokers brokers = named();
    AccessLook.require(brokers.kafka(), needed);
    return brokers;
  }

  /** The brokers of the job, whose tokens this JVM may fetch: it runs for them alone. */
  private Brokers named() {
    Brokers brokers = Brokers.of(settings());
    TokenEndpoint.of(brokers.kafka()).ifPresent(TokenEndpoint::allowHere);
    return brokers;
  }
}
