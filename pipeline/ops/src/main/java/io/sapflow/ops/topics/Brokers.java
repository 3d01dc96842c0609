package io.sapflow.ops.topics;

import io.sapflow.ingest.RecordSignature;
import io.sapflow.job.JobSettings;
import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.job.kafka.StackException;
import io.sapflow.job.options.JobOptions;
import io.sapflow.job.options.KafkaOptions;
import io.sapflow.local.run.Feed;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/**
 * The brokers that hold a job's topics.
 *
 * @param kafka where they are, and how clients connect to them
 * @param job the job's name, for which what steers it is signed
 */
public record Brokers(KafkaClients kafka, String job) {

  private static final Duration LIMIT = Duration.ofSeconds(15);

  /** The brokers of a job by these settings. */
  public static Brokers of(JobSettings settings) {
    return new Brokers(settings.kafka(), settings.get(JobOptions.NAME));
  }

  /** Their addresses, host:port, separated by commas. */
  public String servers() {
    return kafka.bootstrapServers();
  }

  /** A feed that signs what steers the job, where the environment has the key. */
  public Feed feed() {
    return new Feed(kafka, RecordSignature.of(System.getenv(), job));
  }

  /** Clients of which none waits for a broker longer than 15 seconds. */
  public KafkaClients client() {
    Map<String, String> properties = new HashMap<>(kafka.properties());
    String limit = Long.toString(LIMIT.toMillis());
    properties.put("default.api.timeout.ms", limit);
    properties.put("request.timeout.ms", limit);
    return new KafkaClients(servers(), properties);
  }

  /**
   * Checks that a broker answers and has these topics.
   *
   * @throws StackException naming the option or the topic, what was found and what is expected
   */
  public void require(String... topics) {
    Set<String> there = topics();
    for (String topic : topics) {
      if (!there.contains(topic)) {
        throw new StackException(
            "topic "
                + topic
                + ": found none on "
                + servers()
                + ", expected it there; sapflow topics create makes it");
      }
    }
  }

  private Set<String> topics() {
    try (Admin admin = Admin.create(client().admin(Map.of()))) {
      return admin.listTopics().names().get();
    } catch (ExecutionException e) {
      throw unreachable(e.getCause());
    } catch (KafkaException e) {
      throw unreachable(e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted while waiting for Kafka", e);
    }
  }

  private StackException unreachable(Throwable cause) {
    return new StackException(
        KafkaOptions.BOOTSTRAP_SERVERS.key()
            + ": found "
            + servers()
            + ", where no broker answers within "
            + LIMIT.toSeconds()
            + " s, expected addresses of Kafka brokers ("
            + cause.getMessage()
            + ")",
        cause);
  }
}
