package io.sapflow.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.Meter;
import org.apache.flink.metrics.MeterView;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.apache.flink.runtime.metrics.groups.AbstractMetricGroup;

/**
 * A place in the tree of {@link SapflowMetric}: those with its labels can be registered there. At
 * the place of all other values of a label only what can be summed is.
 */
public final class GroupMetrics {

  private static final String ROOT = "sapflow";

  /** Updates that a histogram tells of. */
  private static final int LAST = 100;

  private static final int RATE_SECONDS = 60;

  private final MetricGroup group;
  private final List<Label> labels;
  private final boolean others;

  private GroupMetrics(MetricGroup group, List<Label> labels, boolean others) {
    this.group = group;
    this.labels = labels;
    this.others = others;
  }

  /** The root of an operator's. */
  public static GroupMetrics of(MetricGroup operator) {
    return new GroupMetrics(operator.addGroup(ROOT), List.of(), false);
  }

  /**
   * The place of a label's value.
   *
   * @param value one of a known few, or bounded as {@link LabelledMetrics} does
   */
  public GroupMetrics with(Label label, String value) {
    List<Label> all = new ArrayList<>(labels);
    all.add(label);
    return new GroupMetrics(
        group.addGroup(label.key(), value),
        List.copyOf(all),
        others || value.equals(LabelValues.OTHERS));
  }

  /** Registers what only grows; any thread may count. */
  public Counter counter(SapflowMetric metric) {
    check(metric, SapflowMetric.Kind.COUNTER);
    return group.counter(metric.key(), new ThreadSafeSimpleCounter());
  }

  /**
   * Registers a present value.
   *
   * @param value is asked by other threads
   */
  public void gauge(SapflowMetric metric, DoubleSupplier value) {
    Gauge<Double> gauge = value::getAsDouble;
    register(metric, gauge);
  }

  /** The same of a whole number. */
  public void count(SapflowMetric metric, LongSupplier value) {
    Gauge<Long> gauge = value::getAsLong;
    register(metric, gauge);
  }

  private void register(SapflowMetric metric, Gauge<?> gauge) {
    check(metric, SapflowMetric.Kind.GAUGE);
    if (!others) {
      group.gauge(metric.key(), gauge);
    }
  }

  /** Registers the spread of the last values. */
  public Histogram histogram(SapflowMetric metric) {
    check(metric, SapflowMetric.Kind.HISTOGRAM);
    return group.histogram(metric.key(), new DescriptiveStatisticsHistogram(LAST));
  }

  /** Registers a rate, over the last minute. */
  public Meter meter(SapflowMetric metric) {
    check(metric, SapflowMetric.Kind.METER);
    return group.meter(metric.key(), new MeterView(RATE_SECONDS));
  }

  private void check(SapflowMetric metric, SapflowMetric.Kind kind) {
    if (metric.kind() != kind || !metric.labels().equals(labels)) {
      throw new IllegalStateException(
          metric
              + ": found a "
              + kind
              + " with labels "
              + labels
              + ", expected a "
              + metric.kind()
              + " with "
              + metric.labels());
    }
  }

  /** Takes what was registered here, and below, out of all reports. */
  void close() {
    // The interface has no way to end a group; every group of a task is of this class.
    if (group instanceof AbstractMetricGroup<?> ended) {
      ended.close();
    }
  }
}
