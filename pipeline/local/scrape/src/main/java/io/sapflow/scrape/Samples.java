package io.sapflow.scrape;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.HistogramStatistics;
import org.apache.flink.metrics.Meter;
import org.apache.flink.metrics.Metric;

/** Lines of a metric's present values. A gauge that holds no number has none. */
final class Samples {

  /** Those of Flink's own reporter. */
  private static final double[] QUANTILES = {0.5, 0.75, 0.95, 0.98, 0.99, 0.999};

  private Samples() {}

  static void append(StringBuilder text, String name, String labels, Metric metric) {
    if (metric instanceof Counter counter) {
      line(text, name, labels, (double) counter.getCount());
    } else if (metric instanceof Meter meter) {
      line(text, name, labels, meter.getRate());
    } else if (metric instanceof Histogram histogram) {
      summary(text, name, labels, histogram);
    } else if (metric instanceof Gauge<?> gauge) {
      Double value = number(gauge);
      if (value != null) {
        line(text, name, labels, value);
      }
    }
  }

  private static void summary(StringBuilder text, String name, String labels, Histogram histogram) {
    HistogramStatistics statistics = histogram.getStatistics();
    String start = labels.isEmpty() ? "" : labels + ",";
    for (double quantile : QUANTILES) {
      String all = start + "quantile=\"" + quantile + "\"";
      line(text, name, all, statistics.getQuantile(quantile));
    }
    line(text, name + "_count", labels, (double) histogram.getCount());
  }

  /** A gauge's number; null if it has none. */
  private static Double number(Gauge<?> gauge) {
    Object value = gauge.getValue();
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    return value instanceof Boolean flag ? (flag ? 1.0 : 0.0) : null;
  }

  private static void line(StringBuilder text, String name, String labels, double value) {
    text.append(name).append('{').append(labels).append("} ").append(words(value)).append('\n');
  }

  private static String words(double value) {
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
    return whole ? Long.toString((long) value) : Double.toString(value);
  }
}
