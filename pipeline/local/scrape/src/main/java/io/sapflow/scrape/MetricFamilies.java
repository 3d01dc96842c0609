package io.sapflow.scrape;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.flink.metrics.Metric;

/** Every registered metric, those of one name together. Any thread may add and read. */
final class MetricFamilies {

  /** Metrics by their labels. */
  private record Family(FamilyType type, Map<String, Metric> metrics) {}

  private final Map<String, Family> families = new ConcurrentSkipListMap<>();

  /**
   * Adds one; of two with the same labels, as of a task and the one that takes its place, the later
   * stays.
   */
  void add(String name, String labels, Metric metric) {
    families
        .computeIfAbsent(name, n -> new Family(FamilyType.of(metric), new ConcurrentHashMap<>()))
        .metrics()
        .put(labels, metric);
  }

  /** Removes one, unless another has taken its place. */
  void remove(String name, String labels, Metric metric) {
    Family family = families.get(name);
    if (family != null) {
      family.metrics().remove(labels, metric);
    }
  }

  /** The present values, in Prometheus' text format. */
  String text() {
    StringBuilder text = new StringBuilder();
    families.forEach(
        (name, family) -> {
          if (family.metrics().isEmpty()) {
            return;
          }
          String type = family.type().word();
          text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
          family.metrics().forEach((labels, metric) -> append(text, name, labels, metric));
        });
    return text.toString();
  }

  /** Of one that fails there is nothing, rather than a part; the others have theirs. */
  private static void append(StringBuilder text, String name, String labels, Metric metric) {
    int before = text.length();
    try {
      Samples.append(text, name, labels, metric);
    } catch (RuntimeException e) {
      // Some of Flink's and Kafka's metrics ask what has been closed already.
      text.setLength(before);
    }
  }
}
