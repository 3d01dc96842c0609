package io.sapflow.ops.topics;

import io.sapflow.job.kafka.TopicReader;
import java.util.Map;
import java.util.TreeMap;

/** One reader for each topic that is asked for. */
public final class TopicReaders implements AutoCloseable {

  private final Brokers brokers;
  private final Map<String, TopicReader> readers = new TreeMap<>();

  /** Readers of topics on these brokers. */
  public TopicReaders(Brokers brokers) {
    this.brokers = brokers;
  }

  /** The reader of a topic, which stays this one's. */
  public TopicReader of(String topic) {
    return readers.computeIfAbsent(
        topic, each -> TopicReader.fromBeginning(brokers.client(), each));
  }

  @Override
  public void close() {
    readers.values().forEach(TopicReader::close);
  }
}
