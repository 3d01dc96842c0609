package io.sapflow.lab.bench;

import io.sapflow.metrics.SapflowMetric;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * How many adapters' training is held, as the clusters of this process tell. Flink finds it as a
 * service.
 */
public final class HeldMetrics implements MetricReporter, MetricReporterFactory {

  private static final Map<Metric, Gauge<?>> PRESENT = new ConcurrentHashMap<>();

  /** Options of a cluster that reports here. */
  public static Configuration options() {
    Configuration flink = new Configuration();
    flink.setString("metrics.reporter.held.factory.class", HeldMetrics.class.getName());
    return flink;
  }

  /** Held adapters now. */
  static int held() {
    return PRESENT.values().stream()
        .mapToInt(gauge -> ((Number) gauge.getValue()).intValue())
        .sum();
  }

  @Override
  public MetricReporter createMetricReporter(Properties properties) {
    return new HeldMetrics();
  }

  @Override
  public void open(MetricConfig config) {}

  @Override
  public void close() {}

  @Override
  public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
    if (name.equals(SapflowMetric.HELD_ADAPTERS.key()) && metric instanceof Gauge<?> gauge) {
      PRESENT.put(metric, gauge);
    }
  }

  @Override
  public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
    PRESENT.remove(metric);
  }
}
