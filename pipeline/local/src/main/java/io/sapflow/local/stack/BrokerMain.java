package io.sapflow.local.stack;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/**
 * What the broker's process runs: formats the data directory if it is new, starts Kafka, and prints
 * {@value #READY} on standard output once clients are served.
 *
 * <p>The process has Kafka's class path, not Flink's: this class uses the JDK alone and reaches
 * Kafka by reflection. Arguments: the properties file, the cluster id.
 */
final class BrokerMain {
  static final String READY = "READY";

  private BrokerMain() {}

  public static void main(String[] args) throws Exception {
    PrintStream out = System.out;
    System.setOut(System.err);
    Properties config = new Properties();
    try (InputStream in = Files.newInputStream(Path.of(args[0]))) {
      config.load(in);
    }
    if (!Files.exists(Path.of(config.getProperty("log.dirs"), "meta.properties"))) {
      format(args[0], args[1]);
    }
    Object server = server(config);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> call(server, "shutdown")));
    call(server, "startup");
    out.write((READY + "\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
    call(server, "awaitShutdown");
  }

  private static void format(String file, String clusterId) throws ReflectiveOperationException {
    String[] args = {"format", "--cluster-id", clusterId, "--config", file};
    Object status =
        Class.forName("kafka.tools.StorageTool")
            .getMethod("execute", String[].class, PrintStream.class)
            .invoke(null, args, System.err);
    if (!status.equals(0)) {
      throw new IllegalStateException("formatting the data directory ended with " + status);
    }
  }

  private static Object server(Properties config) throws ReflectiveOperationException {
    Class<?> configType = Class.forName("kafka.server.KafkaConfig");
    Class<?> timeType = Class.forName("org.apache.kafka.common.utils.Time");
    return Class.forName("kafka.server.KafkaRaftServer")
        .getConstructor(configType, timeType)
        .newInstance(
            configType.getConstructor(Map.class).newInstance(config),
            timeType.getField("SYSTEM").get(null));
  }

  private static void call(Object server, String method) {
    try {
      server.getClass().getMethod(method).invoke(server);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the broker's " + method + " failed", e);
    }
  }
}
