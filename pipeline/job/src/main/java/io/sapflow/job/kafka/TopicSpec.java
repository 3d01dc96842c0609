package io.sapflow.job.kafka;

import java.util.HashMap;
import java.util.Map;

/**
 * What a topic must be.
 *
 * @param name its name
 * @param partitions the number it is made with, at least 1
 * @param exact whether an existing topic must have that very number, because order matters
 * @param compacted whether the newest record of each key is kept for ever
 * @param config further topic options, as Kafka names them; not compared with an existing topic's
 */
public record TopicSpec(
    String name, int partitions, boolean exact, boolean compacted, Map<String, String> config) {
  public TopicSpec {
    if (partitions < 1) {
      throw new IllegalArgumentException(name + " needs at least 1 partition, not " + partitions);
    }
    config = Map.copyOf(config);
  }

  /** A topic whose old records go when their time is over. */
  public static TopicSpec stream(String name, int partitions) {
    return new TopicSpec(name, partitions, false, false, Map.of());
  }

  /** A topic with one order for all of its records: a single partition. */
  public static TopicSpec ordered(String name) {
    return new TopicSpec(name, 1, true, false, Map.of());
  }

  /** A topic that keeps the newest record of each key. */
  public static TopicSpec compacted(String name, int partitions) {
    return new TopicSpec(name, partitions, false, true, Map.of());
  }

  /** The same with an option, as Kafka names it. */
  public TopicSpec with(String option, String value) {
    Map<String, String> more = new HashMap<>(config);
    more.put(option, value);
    return new TopicSpec(name, partitions, exact, compacted, more);
  }
}
