package io.sapflow.lab.demo;

import io.sapflow.metrics.Label;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.CharacterFilter;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.LogicalScopeProvider;
import org.apache.flink.metrics.Meter;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * Reports the project's metrics of the clusters of this process to a test, under the names that
 * Prometheus gets. Flink finds it as a service.
 */
public final class HeardMetrics implements MetricReporter, MetricReporterFactory {

  /** By operator, name in a scrape, and the project's labels in braces. */
  private static final Map<String, Metric> PRESENT = new ConcurrentHashMap<>();

  /** Options of a cluster that reports here. */
  static Configuration options() {
    Configuration flink = new Configuration();
    flink.setString("metrics.reporter.heard.factory.class", HeardMetrics.class.getName());
    return flink;
  }

  /**
   * The present values, of a histogram the mean, of a meter the rate, under such as {@code train
   * taskmanager_job_task_operator_sapflow_adapter_taskLoss{adapter=helper}}.
   */
  static Map<String, Double> values() {
    Map<String, Double> values = new TreeMap<>();
    PRESENT.forEach((id, metric) -> values.put(id, value(metric)));
    return values;
  }

  private static double value(Metric metric) {
    if (metric instanceof Counter counter) {
      return counter.getCount();
    }
    if (metric instanceof Gauge<?> gauge) {
      return ((Number) gauge.getValue()).doubleValue();
    }
    if (metric instanceof Meter meter) {
      return meter.getRate();
    }
    return ((Histogram) metric).getStatistics().getMean();
  }

  private static String id(String name, MetricGroup group) {
    String scope =
        LogicalScopeProvider.castFrom(group).getLogicalScope(CharacterFilter.NO_OP_FILTER, '_');
    Map<String, String> variables = group.getAllVariables();
    String labels =
        Arrays.stream(Label.values())
            .filter(label -> variables.containsKey("<" + label.key() + ">"))
            .map(label -> label.key() + "=" + variables.get("<" + label.key() + ">"))
            .collect(Collectors.joining(",", "{", "}"));
    return variables.get("<operator_name>") + " " + scope + "_" + name + labels;
  }

  @Override
  public MetricReporter createMetricReporter(Properties properties) {
    return new HeardMetrics();
  }

  @Override
  public void open(MetricConfig config) {}

  @Override
  public void close() {}

  @Override
  public void notifyOfAddedMetric(Metric metric, String name, MetricGroup group) {
    String id = id(name, group);
    if (id.contains("_operator_sapflow_")) {
      PRESENT.put(id, metric);
    }
  }

  @Override
  public void notifyOfRemovedMetric(Metric metric, String name, MetricGroup group) {
    PRESENT.remove(id(name, group), metric);
  }
}
