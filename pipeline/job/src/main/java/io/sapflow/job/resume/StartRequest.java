package io.sapflow.job.resume;

import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.schema.TopicNames;
import java.time.Duration;
import java.util.Optional;

/**
 * What is asked of a start.
 *
 * @param job name of the job, of its consumer group and of its directory
 * @param formerly the name that it had before; null for none
 * @param kafka the brokers that know what the job has committed
 * @param topics what the job's are called there
 * @param transactionalIdPrefix of the job's sinks
 * @param transactionTimeout how long the brokers keep what a checkpoint has yet to commit
 * @param root the directory of the checkpoints of all jobs
 * @param savepoint a checkpoint or savepoint to begin at; null for the latest
 * @param fresh whether to begin anew, whatever there is
 * @param once by what a beginning, anew or at the savepoint, is known when it is asked for again,
 *     which then goes on: a word or, where there is none, the savepoint; null if each begins
 */
public record StartRequest(
    String job,
    String formerly,
    KafkaClients kafka,
    TopicNames topics,
    String transactionalIdPrefix,
    Duration transactionTimeout,
    String root,
    String savepoint,
    boolean fresh,
    String once) {

  /** Refuses what contradicts itself. */
  public StartRequest {
    if (savepoint != null && fresh) {
      throw new IllegalArgumentException(
          "execution.state-recovery.path: found "
              + savepoint
              + ", expected none together with --fresh");
    }
  }

  /** The same of the job under the name that it had before. */
  Optional<StartRequest> former() {
    return Optional.ofNullable(formerly)
        .filter(name -> !name.equals(job))
        .map(
            name ->
                new StartRequest(
                    name,
                    null,
                    kafka,
                    topics,
                    transactionalIdPrefix.equals(prefix(job))
                        ? prefix(name)
                        : transactionalIdPrefix,
                    transactionTimeout,
                    root,
                    savepoint,
                    fresh,
                    once));
  }

  /** Whether it asks for a beginning, anew or at a savepoint that is named. */
  boolean begins() {
    return fresh || savepoint != null;
  }

  /** Whether no word was given, and the savepoint itself tells whether a start began there. */
  boolean isKnownBySavepoint() {
    return savepoint != null && savepoint.equals(once);
  }

  private static String prefix(String name) {
    return "sapflow-" + name;
  }
}
