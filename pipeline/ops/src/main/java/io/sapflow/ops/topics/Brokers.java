package io.sapflow.ops.topics;

import io.sapflow.ingest.RecordSignature;
import io.sapflow.job.JobSettings;
import io.sapflow.job.access.Access;
import io.sapflow.job.access.AccessLook;
import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.job.kafka.Reach;
import io.sapflow.job.kafka.StackException;
import io.sapflow.job.options.JobOptions;
import io.sapflow.local.run.Feed;
import io.sapflow.schema.TopicNames;
import java.time.Duration;
import java.util.List;

/**
 * The brokers that hold a job's topics.
 *
 * @param kafka where they are, and how clients connect to them
 * @param topics what the job's are called there
 * @param job the job's name, for which what steers it is signed
 */
public record Brokers(KafkaClients kafka, TopicNames topics, String job) {

  private static final Duration LIMIT = Duration.ofSeconds(15);

  /** The brokers of a job by these settings. */
  public static Brokers of(JobSettings settings) {
    return new Brokers(settings.kafka(), settings.topics(), settings.get(JobOptions.NAME));
  }

  /** Their addresses, host:port, separated by commas. */
  public String servers() {
    return kafka.bootstrapServers();
  }

  /** A feed that signs what steers the job, where the environment has the key. */
  public Feed feed() {
    return new Feed(kafka, topics, RecordSignature.of(System.getenv(), job));
  }

  /** Clients of which none waits for a broker longer than 15 seconds. */
  public KafkaClients client() {
    return kafka.within(LIMIT);
  }

  /**
   * Checks that a broker answers, lets its user do all of this, and has the topics for it.
   *
   * @throws StackException naming the option, the right or the topic, what was found and what is
   *     expected
   */
  public void require(List<Access> needed) {
    List<String> absent = AccessLook.require(kafka, needed);
    if (!absent.isEmpty()) {
      throw new StackException(
          "topic "
              + absent.get(0)
              + ": found none on "
              + servers()
              + ", expected it there; sapflow topics create makes it");
    }
  }

  /** The id of their cluster. */
  public String cluster() {
    return Reach.cluster(kafka);
  }
}
