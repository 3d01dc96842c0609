package io.sapflow.pipeline.resume;

import io.sapflow.schema.Topics;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/** What a job's consumer group has committed: a trace of its state, wherever that lies. */
final class CommittedOffsets {

  private CommittedOffsets() {}

  /** Whether a job of this group has ever completed a checkpoint after it had read examples. */
  static boolean any(String bootstrapServers, String group) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      return admin
          .listConsumerGroupOffsets(group)
          .partitionsToOffsetAndMetadata()
          .get()
          .entrySet()
          .stream()
          .anyMatch(
              entry ->
                  entry.getKey().topic().equals(Topics.EXAMPLES)
                      && entry.getValue() != null
                      && entry.getValue().offset() > 0);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "the brokers at "
              + bootstrapServers
              + " cannot be asked for the offsets of group "
              + group
              + ": "
              + e.getCause().getMessage(),
          e);
    }
  }
}
