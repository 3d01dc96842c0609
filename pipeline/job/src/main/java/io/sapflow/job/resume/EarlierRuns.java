package io.sapflow.job.resume;

import io.sapflow.job.kafka.StackException;
import io.sapflow.schema.Topic;
import io.sapflow.schema.TopicNames;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.errors.GroupAuthorizationException;

/**
 * What the brokers know of a job that has completed a checkpoint, wherever its state lies. They
 * forget it after some days, seven by default.
 */
final class EarlierRuns {

  private EarlierRuns() {}

  /**
   * What tells that the job has committed steps, or how far it has read the examples: {@code
   * committed transactions of sapflow-helper-sapflow.steps.v1}.
   */
  static Optional<String> find(StartRequest request) {
    try (Admin admin = Admin.create(request.kafka().admin(Map.of()))) {
      // The offsets follow a moment after the checkpoint, the steps are part of it.
      String steps = request.transactionalIdPrefix() + "-" + request.topics().of(Topic.STEPS);
      if (committedSteps(admin, steps)) {
        return Optional.of("committed transactions of " + steps);
      }
      return committedOffsets(admin, request.job(), request.topics())
          ? Optional.of("offsets of the consumer group " + request.job())
          : Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted while waiting for Kafka", e);
    } catch (ExecutionException e) {
      throw new StackException(
          "the brokers at "
              + request.kafka().bootstrapServers()
              + " cannot be asked for earlier runs of job "
              + request.job()
              + ": "
              + e.getCause().getMessage(),
          e);
    }
  }

  private static boolean committedSteps(Admin admin, String ids)
      throws InterruptedException, ExecutionException {
    ListTransactionsOptions committed =
        new ListTransactionsOptions()
            .filterStates(
                List.of(TransactionState.PREPARE_COMMIT, TransactionState.COMPLETE_COMMIT));
    return admin.listTransactions(committed).all().get().stream()
        .anyMatch(listing -> listing.transactionalId().startsWith(ids + "-"));
  }

  private static boolean committedOffsets(Admin admin, String group, TopicNames topics)
      throws InterruptedException, ExecutionException {
    try {
      return admin
          .listConsumerGroupOffsets(group)
          .partitionsToOffsetAndMetadata()
          .get()
          .entrySet()
          .stream()
          .anyMatch(
              entry ->
                  topics.holdsExamples(entry.getKey().topic())
                      && entry.getValue() != null
                      && entry.getValue().offset() > 0);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupAuthorizationException) {
        return false; // A job has a right to its own group, and maybe none to its former one.
      }
      throw e;
    }
  }
}
