package io.sapflow.pipeline.stack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The files of one broker.
 *
 * @param dir the broker's own directory, absolute
 */
record BrokerFiles(Path dir) {
  private static final int LAST_LINES = 20;

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

  /** Writes the configuration of a single node that is broker and controller. */
  void write(int brokerPort, int controllerPort) throws IOException {
    Files.createDirectories(dir);
    Files.writeString(config(), server(brokerPort, controllerPort));
    Files.writeString(logging(), LOGGING);
  }

  /** The end of the log, for error messages. */
  String lastLogLines() {
    try {
      List<String> lines =
          new String(Files.readAllBytes(log()), StandardCharsets.UTF_8).lines().toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    } catch (IOException e) {
      return "(no log: " + e + ")";
    }
  }

  private String server(int broker, int controller) {
    // Backslashes escape in a properties file.
    String data = dir.resolve("data").toString().replace("\\", "\\\\");
    return """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@127.0.0.1:%2$d
        listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
        advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
        controller.listener.names=CONTROLLER
        inter.broker.listener.name=PLAINTEXT
        log.dirs=%3$s
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
        log.cleaner.dedupe.buffer.size=4194304
        log.index.size.max.bytes=1048576
        """
        .formatted(broker, controller, data);
  }

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
