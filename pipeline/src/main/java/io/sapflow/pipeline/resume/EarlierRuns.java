package io.sapflow.pipeline.resume;

import io.sapflow.schema.Topics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionState;

/**
 * What the brokers know of a job that has completed a checkpoint, wherever its state lies. They
 * forget it after some days, seven by default.
 */
final class EarlierRuns {

  private EarlierRuns() {}

  /** Whether the job has committed steps, or how far it has read the examples. */
  static boolean any(StartRequest request) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", request.bootstrapServers()))) {
      // The offsets follow a moment after the checkpoint, the steps are part of it.
      return committedSteps(admin, request.transactionalIdPrefix())
          || committedOffsets(admin, request.job());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "the brokers at "
              + request.bootstrapServers()
              + " cannot be asked for earlier runs of job "
              + request.job()
              + ": "
              + e.getCause().getMessage(),
          e);
    }
  }

  private static boolean committedSteps(Admin admin, String prefix)
      throws InterruptedException, ExecutionException {
    ListTransactionsOptions committed =
        new ListTransactionsOptions()
            .filterStates(
                List.of(TransactionState.PREPARE_COMMIT, TransactionState.COMPLETE_COMMIT));
    return admin.listTransactions(committed).all().get().stream()
        .anyMatch(listing -> listing.transactionalId().startsWith(prefix + "-" + Topics.STEPS));
  }

  private static boolean committedOffsets(Admin admin, String group)
      throws InterruptedException, ExecutionException {
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
  }
}
