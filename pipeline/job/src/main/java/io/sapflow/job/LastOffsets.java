package io.sapflow.job;

import io.sapflow.job.kafka.KafkaClients;
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
  static Map<Integer, Long> of(KafkaClients clients, String topic) {
    Map<Integer, Long> last = new TreeMap<>();
    try (TopicReader reader = TopicReader.fromBeginning(clients, topic)) {
      reader.drain(record -> last.merge(record.partition(), record.offset(), Math::max));
    }
    return last;
  }

  /** Behind everything that was written so far, committed or not. */
  static Map<TopicPartition, Long> ends(KafkaClients clients, String topic) {
    try (TopicReader reader = TopicReader.uncommittedFromEnd(clients, topic)) {
      return reader.ends();
    }
  }
}
