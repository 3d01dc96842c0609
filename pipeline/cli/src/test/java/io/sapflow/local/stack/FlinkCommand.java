package io.sapflow.local.stack;

import io.sapflow.job.kafka.StackException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code bin/flink} of a {@link ProcessCluster}: the Java class that the script calls. */
public final class FlinkCommand {

  private FlinkCommand() {}

  /**
   * What a command printed.
   *
   * @param cluster the directory of the cluster
   * @throws StackException with that, unless it has ended with 0
   */
  public static String run(Path cluster, List<String> arguments) {
    ProcessFiles files = new ProcessFiles(cluster.toAbsolutePath());
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + SapflowHome.find().resolve("jvm.arguments"),
                "-Dlog4j2.configurationFile=" + files.logging().toUri(),
                "-Djava.io.tmpdir=" + cluster.resolve("tmp"),
                "-cp",
                SapflowHome.classPath("pipeline/local/cluster"),
                "org.apache.flink.client.cli.CliFrontend"));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    ChildJvm.set(builder, Map.of("FLINK_CONF_DIR", files.conf().toString()));
    try {
      Process process = builder.start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new StackException("flink " + arguments + " ended with 1: " + said);
      }
      return said;
    } catch (IOException e) {
      throw new StackException("flink cannot be called: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted", e);
    }
  }
}
