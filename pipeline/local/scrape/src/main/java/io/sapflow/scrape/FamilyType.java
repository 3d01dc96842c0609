package io.sapflow.scrape;

import java.util.Locale;
import org.apache.flink.metrics.Metric;

/** What Prometheus takes the metrics of a name for. */
enum FamilyType {
  /** It only grows, but for a restart. */
  COUNTER,
  /** A present value, or a rate. */
  GAUGE,
  /** Quantiles and a count. */
  SUMMARY;

  /** That of one of Flink's metrics; a Flink counter that is decremented reads as a restart. */
  static FamilyType of(Metric metric) {
    return switch (metric.getMetricType()) {
      case COUNTER -> COUNTER;
      case GAUGE, METER -> GAUGE;
      case HISTOGRAM -> SUMMARY;
    };
  }

  /** As the format writes it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
