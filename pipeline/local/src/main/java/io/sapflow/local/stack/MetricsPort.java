package io.sapflow.local.stack;

import io.sapflow.job.kafka.StackException;
import io.sapflow.job.options.MetricsOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import org.apache.flink.configuration.Configuration;

/**
 * The port of 127.0.0.1 at which Prometheus finds what a cluster of this process tells.
 *
 * @param port 0 for none
 */
public record MetricsPort(int port) {

  private static final String LOOPBACK = "127.0.0.1";
  private static final String REPORTER = "metrics.reporter.sapflow.";

  /** Of {@code io.sapflow.scrape}, which Flink finds as a service. */
  private static final String FACTORY = "io.sapflow.scrape.ScrapeReporterFactory";

  /** A task that starts again goes on with the series of the one before. */
  private static final String EXCLUDED = "task_attempt_id;task_attempt_num";

  /** Whether there is one. */
  public boolean isOpen() {
    return port != 0;
  }

  /**
   * Looks whether it is free: Flink itself goes on without metrics where it is not.
   *
   * @throws StackException if another process has it
   */
  public void requireFree() {
    if (!isOpen()) {
      return;
    }
    try {
      new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
    } catch (IOException e) {
      throw new StackException(
          MetricsOptions.PROMETHEUS_PORT.key()
              + ": found port "
              + port
              + " of "
              + LOOPBACK
              + " taken or not allowed ("
              + e.getMessage()
              + "), expected a free one",
          e);
    }
  }

  /** Where it answers. */
  public URI url() {
    return URI.create("http://" + LOOPBACK + ":" + port + "/metrics");
  }

  /** A cluster's options with those of its reporter. */
  public Configuration reported(Configuration flink) {
    Configuration reported = new Configuration(flink);
    if (isOpen()) {
      reported.setString(REPORTER + "factory.class", FACTORY);
      reported.setString(REPORTER + "host", LOOPBACK);
      reported.setString(REPORTER + "port", Integer.toString(port));
      reported.setString(REPORTER + "scope.variables.excludes", EXCLUDED);
    }
    return reported;
  }
}
