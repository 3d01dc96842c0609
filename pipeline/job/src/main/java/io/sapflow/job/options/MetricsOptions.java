package io.sapflow.job.options;

import org.apache.flink.configuration.ConfigOption;

/** What the job tells of itself while it runs, and to whom. */
public final class MetricsOptions {

  static final OptionGroup GROUP = new OptionGroup("Metrics");

  public static final ConfigOption<Integer> ADAPTERS =
      GROUP
          .whole("sapflow.metrics.adapters")
          .atLeast(0)
          .in("adapters")
          .byDefault(100)
          .says(
              "The most adapters of a job that have metrics of their own; the counters of others are summed, their gauges left out.");

  public static final ConfigOption<Integer> PROMETHEUS_PORT =
      GROUP
          .whole("sapflow.metrics.prometheus-port")
          .atLeast(0)
          .atMost(65_535)
          .byDefault(0)
          .says(
              "Port of 127.0.0.1 at which run shows the metrics of job and cluster to Prometheus, path /metrics; 0 for none. A cluster's own are set in its Flink configuration.");

  private MetricsOptions() {}
}
