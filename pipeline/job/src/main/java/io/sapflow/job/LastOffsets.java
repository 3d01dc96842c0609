package io.sapflow.job;

import io.sapflow.job.kafka.TopicReader;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/**
 * Where the last record of each partition stands. The end offset does not tell: behind the last
 * record there may be transaction markers, which no reader sees.
 */
final class LastOffsets {

  private LastOffsets() {}

  /** By partition, for the partitions that hold committed records. */
  static Map<Integer, Long> of(String bootstrapServers, String topic) {
    Map<Integer, Long> last = new TreeMap<>();
    try (TopicReader reader = TopicReader.fromBeginning(client(bootstrapServers), topic)) {
      reader.drain(record -> last.merge(record.partition(), record.offset(), Math::max));
    }
    return last;
  }

  /** Behind everything that was written so far, committed or not. */
  static Map<TopicPartition, Long> ends(String bootstrapServers, String topic) {
    try (TopicReader reader = TopicReader.uncommittedFromEnd(client(bootstrapServers), topic)) {
      return reader.ends();
    }
  }

  private static Map<String, String> client(String bootstrapServers) {
    return Map.of("bootstrap.servers", bootstrapServers);
  }
}
