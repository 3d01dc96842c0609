package io.sapflow.local.run;

import io.sapflow.job.kafka.StackException;
import io.sapflow.local.stack.SapflowHome;
import io.sapflow.local.stack.WorkDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.opentest4j.TestAbortedException;

/**
 * The services of docker-compose.yml as a project of its own, on free ports; all goes at the end.
 */
final class ComposeProject implements AutoCloseable {

  private static final int LIMIT_SECONDS = 300;
  private static final Map<String, String> IMAGES =
      Map.of(
          "SAPFLOW_KAFKA_IMAGE", "apache/kafka:4.2.1",
          "SAPFLOW_FLINK_IMAGE", "flink:2.2.1-java17");

  private final Path home = SapflowHome.find();
  private final Path output;
  private final String project = "sapflow-" + ProcessHandle.current().pid();
  private final Map<String, String> environment = new TreeMap<>();

  private ComposeProject(WorkDirectory work, int kafkaPort, int flinkPort) throws IOException {
    this.output = work.resolve("compose.log");
    environment.put("SAPFLOW_IMAGE", project + ":it");
    environment.put("SAPFLOW_KAFKA_PORT", Integer.toString(kafkaPort));
    environment.put("SAPFLOW_FLINK_PORT", Integer.toString(flinkPort));
    if (System.getenv().containsKey("SAPFLOW_FLINK_IMAGE")) {
      // The entrypoint of an image that stands in for Flink's may know only this way.
      environment.put(
          "SAPFLOW_FLINK_PROPERTIES", Files.readString(home.resolve("deploy/docker/config.yaml")));
    }
  }

  /**
   * A project that the work directory owns from the first moment.
   *
   * @throws TestAbortedException if there is no Docker engine, no compose or no image
   */
  static ComposeProject of(WorkDirectory work, int kafkaPort, int flinkPort) throws IOException {
    ComposeProject compose = new ComposeProject(work, kafkaPort, flinkPort);
    if (!compose.succeeds("docker", "info")) {
      throw new TestAbortedException("no Docker engine answers");
    }
    if (!compose.succeeds("docker", "compose", "version")) {
      throw new TestAbortedException("docker has no compose plugin");
    }
    IMAGES.forEach(
        (variable, official) -> {
          String image = System.getenv().getOrDefault(variable, official);
          if (!compose.succeeds("docker", "image", "inspect", image)
              && !compose.succeeds("docker", "pull", "-q", image)) {
            throw new TestAbortedException(
                "the image " + image + " cannot be had; " + variable + " names another");
          }
        });
    return work.own(compose);
  }

  /** Builds the image and starts services with what they depend on. */
  void up(String... services) {
    List<String> arguments = new ArrayList<>(List.of("up", "-d", "--build"));
    arguments.addAll(List.of(services));
    compose(arguments.toArray(String[]::new));
  }

  /**
   * Runs a service's command once more, to its end.
   *
   * @throws StackException with what it printed, if it fails
   */
  void run(String service) {
    compose("run", "--rm", "--no-deps", "-T", service);
  }

  /** What a service has printed. */
  String logs(String service) {
    return compose("logs", "--no-color", service);
  }

  /** What another container sees of a service's metrics. */
  String scrape(String from, String service) {
    String call =
        "exec 3<>/dev/tcp/%1$s/9249; printf 'GET /metrics HTTP/1.0\\r\\nHost: %1$s\\r\\n\\r\\n' >&3; cat <&3"
            .formatted(service);
    return compose("exec", "-T", from, "bash", "-c", call);
  }

  /** What a service's container may do: read-only, dropped capabilities, security options. */
  String bounds(String service) {
    String id = compose("ps", "-a", "-q", service).strip();
    if (!succeeds(
        "docker",
        "inspect",
        "--format",
        "{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}}",
        id)) {
      throw new StackException("docker inspect " + id + " failed: " + printed());
    }
    return printed().strip();
  }

  private String compose(String... arguments) {
    List<String> command = new ArrayList<>(List.of("docker", "compose", "-p", project));
    command.addAll(List.of(arguments));
    if (!succeeds(command.toArray(String[]::new))) {
      throw new StackException(String.join(" ", command) + " failed: " + printed());
    }
    return printed();
  }

  private boolean succeeds(String... command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    try {
      Process process = builder.start();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return false;
      }
      return process.exitValue() == 0;
    } catch (IOException e) {
      return false; // there is no docker
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted while docker runs", e);
    }
  }

  private String printed() {
    try {
      return Files.readString(output, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "(no output: " + e + ")";
    }
  }

  @Override
  public void close() {
    compose("down", "-v", "--timeout", "1", "--remove-orphans");
    succeeds("docker", "image", "rm", "-f", environment.get("SAPFLOW_IMAGE"));
  }
}
