package io.sapflow.local.stack;

import io.sapflow.job.kafka.StackException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A JVM that this process started, on a class path of its own. It ends with this process, however
 * this process ends.
 */
final class ChildJvm implements AutoCloseable {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(15);
  private static final int LAST_LINES = 40;

  /**
   * What to start.
   *
   * @param name for error messages, such as "the Kafka broker"
   * @param directory working directory; must exist
   * @param log what the JVM writes to standard error, and to standard output unless {@code spoken},
   *     is appended here
   * @param spoken whether standard output is read by this process, through {@link #process}
   * @param classPath entries
   * @param jvmArguments of the JVM
   * @param environment variables beside this process's; one that is empty is taken away
   * @param command main class and its arguments
   */
  record Launch(
      String name,
      Path directory,
      Path log,
      boolean spoken,
      List<String> classPath,
      List<String> jvmArguments,
      Map<String, String> environment,
      List<String> command) {}

  private final Launch launch;
  private final Process process;

  private ChildJvm(Launch launch, Process process) {
    this.launch = launch;
    this.process = process;
  }

  static ChildJvm start(Launch launch) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(launch.jvmArguments());
    words.addAll(List.of("-cp", String.join(File.pathSeparator, launch.classPath())));
    words.add(ChildMain.class.getName());
    words.addAll(launch.command());
    ProcessBuilder builder = new ProcessBuilder(words).directory(launch.directory().toFile());
    File log = launch.log().toFile();
    builder.redirectError(ProcessBuilder.Redirect.appendTo(log));
    if (!launch.spoken()) {
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log));
    }
    builder.environment().remove("JDK_JAVA_OPTIONS");
    set(builder, launch.environment());
    try {
      return new ChildJvm(launch, builder.start());
    } catch (IOException e) {
      throw new StackException(launch.name() + " cannot be started: " + e, e);
    }
  }

  /** Sets variables; one that is empty is taken away. */
  static void set(ProcessBuilder builder, Map<String, String> environment) {
    builder.environment().putAll(environment);
    builder.environment().keySet().removeIf(name -> "".equals(environment.get(name)));
  }

  Process process() {
    return process;
  }

  boolean isRunning() {
    return process.isAlive();
  }

  /** Stops it in good order; forcibly if it takes longer than 15 seconds. */
  void stop() {
    // Not Process.destroy(): that closes standard input as well, at whose end the child halts.
    process.toHandle().destroy();
    if (!ends()) {
      kill();
    }
  }

  /** Ends it at once, as {@code kill -9} does. */
  void kill() {
    process.destroyForcibly();
    ends();
  }

  @Override
  public void close() {
    stop();
  }

  /** Ends it, because of what it did; the message closes with the last lines of its log. */
  StackException failure(String what) {
    process.destroyForcibly();
    return new StackException(
        launch.name()
            + " "
            + what
            + "; the end of its log "
            + launch.log().getFileName()
            + ":\n"
            + lastLogLines());
  }

  private String lastLogLines() {
    try {
      List<String> lines =
          new String(Files.readAllBytes(launch.log()), StandardCharsets.UTF_8).lines().toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    } catch (IOException e) {
      return "(no log: " + e + ")";
    }
  }

  private boolean ends() {
    try {
      return process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
