package io.sapflow.local.run;

import io.sapflow.job.kafka.KafkaClients;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * Tells whether a job has read a topic to its end. A source commits its offsets when a checkpoint
 * completes, and the checkpoint's barrier came after every record before it: what is committed has
 * gone through every operator.
 */
public final class Progress implements AutoCloseable {

  private final Admin admin;
  private final String group;

  /** Progress of a job's consumer group. */
  public Progress(String bootstrapServers, String group) {
    this.admin = Admin.create(KafkaClients.at(bootstrapServers).admin(Map.of()));
    this.group = group;
  }

  /**
   * Whether every record that is on the topic now has been read. The topic is one that is written
   * without transactions, whose markers would stand behind the last record.
   */
  public boolean atEnd(String topic) {
    return hasRead(
        topic,
        get(admin
                .listOffsets(Map.of(partition(topic), OffsetSpec.latest()))
                .partitionResult(partition(topic)))
            .offset());
  }

  /** Whether every record of a topic has been read that stands before an offset. */
  public boolean hasRead(String topic, long end) {
    OffsetAndMetadata committed =
        get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
            .get(partition(topic));
    return end == 0 || (committed != null && committed.offset() >= end);
  }

  private static TopicPartition partition(String topic) {
    return new TopicPartition(topic, 0);
  }

  private static <T> T get(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "the broker could not be asked how far the job is: " + e.getCause(), e);
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
