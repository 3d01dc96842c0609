package io.sapflow.local.stack;

import io.sapflow.job.kafka.StackException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/**
 * The files of one broker.
 *
 * @param dir the broker's own directory, absolute
 */
record BrokerFiles(Path dir) {
  Path config() {
    return dir.resolve("server.properties");
  }

  Path logging() {
    return dir.resolve("log4j2.properties");
  }

  /** Kafka's log and whatever the JVM says on standard error. */
  Path log() {
    return dir.resolve("broker.log");
  }

  /**
   * Refuses a directory Kafka cannot use: its {@code log.dirs} is a list with commas between paths.
   */
  BrokerFiles {
    if (dir.toString().indexOf(',') >= 0) {
      throw new StackException("the Kafka broker's directory must not hold a comma: " + dir);
    }
  }

  /**
   * Writes the configuration of a single node that is broker and controller.
   *
   * @param clientPort where clients are told to find it
   * @param further settings of the broker; listeners come beside the one of its own
   */
  void write(int brokerPort, int controllerPort, int clientPort, Map<String, String> further)
      throws IOException {
    Files.createDirectories(dir);
    Properties server = server(brokerPort, controllerPort, clientPort);
    further.forEach(
        (key, value) ->
            server.merge(
                key, value, (own, more) -> LISTENERS.contains(key) ? own + "," + more : more));
    try (OutputStream out = Files.newOutputStream(config())) {
      server.store(out, null);
    }
    Files.writeString(logging(), LOGGING);
  }

  private Properties server(int broker, int controller, int client) throws IOException {
    Properties server = new Properties();
    server.load(new StringReader(SERVER));
    server.setProperty(
        "listeners", "PLAINTEXT://127.0.0.1:" + broker + ",CONTROLLER://127.0.0.1:" + controller);
    server.setProperty("advertised.listeners", "PLAINTEXT://127.0.0.1:" + client);
    server.setProperty("controller.quorum.voters", "1@127.0.0.1:" + controller);
    server.setProperty("log.dirs", dir.resolve("data").toString());
    return server;
  }

  private static final Set<String> LISTENERS = Set.of("listeners", "advertised.listeners");

  private static final String SERVER =
      """
      process.roles=broker,controller
      node.id=1
      controller.listener.names=CONTROLLER
      inter.broker.listener.name=PLAINTEXT
      auto.create.topics.enable=false
      # one broker holds every replica
      default.replication.factor=1
      offsets.topic.replication.factor=1
      offsets.topic.num.partitions=2
      transaction.state.log.replication.factor=1
      transaction.state.log.min.isr=1
      transaction.state.log.num.partitions=2
      share.coordinator.state.topic.replication.factor=1
      share.coordinator.state.topic.min.isr=1
      share.coordinator.state.topic.num.partitions=1
      # a killed broker is let in again, and a group assigned, without delay
      broker.heartbeat.interval.ms=500
      broker.session.timeout.ms=3000
      group.initial.rebalance.delay.ms=0
      # small enough for a small heap
      log.cleaner.enable=true
      log.cleaner.dedupe.buffer.size=4194304
      log.index.size.max.bytes=1048576
      """;

  private static final String LOGGING =
      """
      status = error
      appender.stderr.type = Console
      appender.stderr.name = stderr
      appender.stderr.target = SYSTEM_ERR
      appender.stderr.layout.type = PatternLayout
      appender.stderr.layout.pattern = %d{ISO8601} %p %c{1} - %m%n
      rootLogger.level = warn
      rootLogger.appenderRef.stderr.ref = stderr
      """;
}
