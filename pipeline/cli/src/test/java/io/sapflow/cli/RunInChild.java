package io.sapflow.cli;

import io.sapflow.job.kafka.Waiting;
import io.sapflow.local.run.Watcher;
import io.sapflow.local.stack.SapflowHome;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.TrainingStep;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.Assertions;

/** {@code sapflow run} in a JVM of its own, and what it says. */
final class RunInChild implements AutoCloseable {

  private static final Pattern JOB = Pattern.compile("job ([0-9a-f]{32}) runs");
  private static final Pattern FLINK = Pattern.compile("Flink: (http://\\S+)");
  private static final Duration LIMIT = Duration.ofSeconds(150);

  private final Process process;
  private final Path out;

  private RunInChild(Process process, Path out) {
    this.process = process;
    this.out = out;
  }

  /** Starts it, and writes what it says to files of this name. */
  static RunInChild start(Path directory, String name, Path config) throws IOException {
    Path out = directory.resolve(name + ".out");
    Path log = directory.resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + SapflowHome.find().resolve("jvm.arguments"),
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + directory,
                // Flink's jars for tests bring one of their own, which says everything.
                "-Dlog4j2.configurationFile="
                    + SapflowHome.find()
                        .resolve("pipeline/local/src/main/resources/log4j2.properties"),
                SapflowCommand.class.getName(),
                "run",
                "--config",
                config.toString(),
                "--log",
                log.toString())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    return new RunInChild(builder.start(), out);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  String said() throws IOException {
    return Files.readString(out);
  }

  /** As others on this machine see it. */
  String commandLine() {
    return process.info().commandLine().orElseThrow();
  }

  private String await(Pattern line) throws IOException {
    long end = System.nanoTime() + LIMIT.toNanos();
    Matcher found = line.matcher(said());
    while (!found.find()) {
      Assertions.assertThat(process.isAlive() && System.nanoTime() < end).as(said()).isTrue();
      Waiting.pause(Duration.ofMillis(100));
      found = line.matcher(said());
    }
    return found.group(1);
  }

  /** Waits until its job has trained so many examples, none of which may go to quarantine. */
  void awaitTrained(String broker, int examples) throws IOException {
    int[] trained = {0};
    try (Watcher watcher = new Watcher(broker)) {
      while (trained[0] < examples) {
        Assertions.assertThat(isAlive()).as(said()).isTrue();
        watcher.poll(
            Duration.ofMillis(100),
            record -> {
              Assertions.assertThat(record).isNotInstanceOf(QuarantinedRecord.class);
              if (record instanceof TrainingStep step) {
                trained[0] += step.getExamples();
              }
            });
      }
    }
  }

  /** Pages of Flink's that tell of settings and failures. */
  List<String> pages() throws IOException, InterruptedException {
    String flink = await(FLINK);
    String job = flink + "/jobs/" + await(JOB);
    HttpClient client = HttpClient.newHttpClient();
    List<String> pages = new ArrayList<>();
    for (String page :
        List.of(
            job,
            job + "/config",
            job + "/exceptions",
            job + "/plan",
            job + "/checkpoints/config",
            flink + "/jobmanager/config",
            flink + "/jobmanager/environment")) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(URI.create(page)).build(),
              HttpResponse.BodyHandlers.ofString());
      Assertions.assertThat(answer.statusCode()).as("%s: %s", page, answer.body()).isEqualTo(200);
      pages.add(answer.body());
    }
    return pages;
  }

  /** Waits for its end, and returns the exit code. */
  int awaitEnd() throws InterruptedException, IOException {
    Assertions.assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).as(said()).isTrue();
    return process.exitValue();
  }

  /** Ends it by SIGTERM, and returns the exit code. */
  int stop() throws InterruptedException, IOException {
    process.toHandle().destroy();
    return awaitEnd();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
