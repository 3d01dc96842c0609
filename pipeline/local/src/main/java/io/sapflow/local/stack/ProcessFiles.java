package io.sapflow.local.stack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ConfigurationUtils;

/**
 * The files of one {@link ProcessCluster}.
 *
 * @param dir the cluster's own directory, absolute
 */
record ProcessFiles(Path dir) {

  /** Where Flink's processes find {@code config.yaml}. */
  Path conf() {
    return dir.resolve("conf");
  }

  Path zooKeeper() {
    return dir.resolve("conf/zoo.cfg");
  }

  Path logging() {
    return dir.resolve("conf/log4j2.properties");
  }

  /** A class path entry that holds {@link ChildMain} and nothing else of Sapflow. */
  Path main() {
    return dir.resolve("main");
  }

  Path log(String process) {
    return dir.resolve("log/" + process + ".log");
  }

  /** Writes the configuration of all processes. */
  void write(Configuration flink, int zooKeeperPort) throws IOException {
    for (String child : List.of("conf", "log", "tmp", "zookeeper")) {
      Files.createDirectories(dir.resolve(child));
    }
    Files.writeString(
        conf().resolve("config.yaml"),
        String.join("\n", ConfigurationUtils.convertConfigToWritableLines(flink, true)) + "\n");
    Files.writeString(zooKeeper(), ZOOKEEPER.formatted(dir.resolve("zookeeper"), zooKeeperPort));
    Files.writeString(logging(), LOGGING);
    writeMain();
  }

  private void writeMain() throws IOException {
    String name = "/" + ChildMain.class.getName().replace('.', '/') + ".class";
    Path file = main().resolve(name.substring(1));
    Files.createDirectories(file.getParent());
    try (InputStream in = ChildMain.class.getResourceAsStream(name)) {
      Files.copy(in, file);
    }
  }

  private static final String ZOOKEEPER =
      """
      dataDir=%s
      clientPort=%d
      clientPortAddress=127.0.0.1
      admin.enableServer=false
      # a killed JobManager's lead ends with its session
      tickTime=1000
      maxClientCnxns=100
      """;

  private static final String LOGGING =
      """
      status = error
      appender.stderr.type = Console
      appender.stderr.name = stderr
      appender.stderr.target = SYSTEM_ERR
      appender.stderr.layout.type = PatternLayout
      appender.stderr.layout.pattern = %d{ISO8601} %p %c{1} [%t] - %m%n
      rootLogger.level = info
      rootLogger.appenderRef.stderr.ref = stderr
      logger.kafka.name = org.apache.kafka
      logger.kafka.level = warn
      logger.zookeeper.name = org.apache.flink.shaded.zookeeper3
      logger.zookeeper.level = warn
      """;
}
