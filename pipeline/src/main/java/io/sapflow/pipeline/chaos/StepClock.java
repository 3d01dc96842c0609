package io.sapflow.pipeline.chaos;

import io.sapflow.schema.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Knows when the last step report came to its topic, on a thread of its own: also of transactions
 * that are still open, so that the wait for the next checkpoint is not taken for recovery.
 */
final class StepClock implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(50);

  private final String bootstrapServers;
  private final Thread thread = new Thread(this::run, "step-clock");
  private volatile boolean closed;
  private volatile long last;

  StepClock(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
    thread.setDaemon(true);
    thread.start();
  }

  /** When the last report came, in {@link System#nanoTime()}; 0 before the first. */
  long last() {
    return last;
  }

  private void run() {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", bootstrapServers);
    properties.put("isolation.level", "read_uncommitted");
    properties.put("reconnect.backoff.max.ms", "100");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = List.of(new TopicPartition(Topics.STEPS, 0));
      consumer.assign(partitions);
      consumer.seekToEnd(partitions);
      while (!closed) {
        if (!consumer.poll(POLL).isEmpty()) {
          last = System.nanoTime();
        }
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join(Duration.ofSeconds(10).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
