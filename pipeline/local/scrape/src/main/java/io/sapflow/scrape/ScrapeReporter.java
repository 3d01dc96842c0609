package io.sapflow.scrape;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.apache.flink.metrics.LogicalScopeProvider;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.util.NetUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what Flink registers, and shows it at {@code GET /metrics}. Its options, behind {@code
 * metrics.reporter.NAME.}:
 *
 * <ul>
 *   <li>{@code host}: the address that it listens on; 127.0.0.1
 *   <li>{@code port}: a port, or several such as 9250-9260, of which the first free one is taken;
 *       9249
 * </ul>
 */
final class ScrapeReporter implements MetricReporter {

  private static final Logger LOG = LoggerFactory.getLogger(ScrapeReporter.class);
  private static final String LOOPBACK = "127.0.0.1";
  private static final String PORT = "9249";
  private static final String PREFIX = "flink_";

  private final MetricFamilies families = new MetricFamilies();
  private ScrapeServer server;

  @Override
  public void open(MetricConfig config) {
    String host = config.getString("host", LOOPBACK);
    String ports = config.getString("port", PORT);
    try {
      server = ScrapeServer.start(host, NetUtils.getPortRangeFromString(ports), families::text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    LOG.info("Prometheus finds the metrics of this process at {}:{}", host, server.port());
  }

  /** The port that it listens on. */
  int port() {
    return server.port();
  }

  @Override
  public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
    families.add(fullName(name, group), labels(group), metric);
  }

  @Override
  public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
    families.remove(fullName(name, group), labels(group), metric);
  }

  private static String fullName(String name, MetricGroup group) {
    String scope = LogicalScopeProvider.castFrom(group).getLogicalScope(MetricNames::filtered, '_');
    return PREFIX + scope + "_" + MetricNames.filtered(name);
  }

  private static String labels(MetricGroup group) {
    Map<String, String> variables = group.getAllVariables();
    return MetricNames.labels(variables);
  }

  /** A reporter that was not opened has nothing to close. */
  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
  }
}
