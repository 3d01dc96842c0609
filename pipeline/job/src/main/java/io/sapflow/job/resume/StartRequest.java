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
    boolean fresh) {

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
                    fresh));
  }

  private static String prefix(String name) {
    return "sapflow-" + name;
  }
}
