package io.sapflow.job.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.errors.TimeoutException;

/** The first word with brokers: whether they answer a client at all. */
public final class Reach {

  /** With a look at who is there instead, an answer comes within 15 seconds. */
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** For a token of a server that answers nothing, or with errors that may be over soon. */
  private static final long LOGIN_MILLIS = 3000;

  private Reach() {}

  /**
   * The names of the topics that the client may see.
   *
   * @throws StackException as {@link #ask}
   */
  public static Set<String> topics(KafkaClients clients) {
    return ask(clients, admin -> admin.listTopics().names().get());
  }

  /**
   * The id of the brokers' cluster.
   *
   * @throws StackException as {@link #ask}
   */
  public static String cluster(KafkaClients clients) {
    return ask(clients, admin -> admin.describeCluster().clusterId().get());
  }

  /** Whether anything at the addresses accepts a connection, whatever it makes of a client. */
  public static boolean accepts(KafkaClients clients) {
    return BrokerLook.at(clients.bootstrapServers()) != BrokerLook.NOBODY;
  }

  /** What is asked of an administrator. */
  public interface Question<T> {
    /** Asks, and waits for the answer. */
    T of(Admin admin) throws ExecutionException, InterruptedException;
  }

  /**
   * The answer to a question.
   *
   * @throws StackException if no broker answers, or will not have the client: the key at fault,
   *     what was found and what would be right
   */
  public static <T> T ask(KafkaClients clients, Question<T> question) {
    Admin admin = open(clients);
    try {
      return question.of(admin);
    } catch (ExecutionException e) {
      throw failure(clients, e.getCause());
    } catch (KafkaException e) {
      throw failure(clients, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted while waiting for Kafka", e);
    } finally {
      // A question that has had no answer is not waited for.
      admin.close(Duration.ZERO);
    }
  }

  /**
   * What brokers answer within the time that any question has.
   *
   * @throws ExecutionException caused by what they answer instead, or by a {@link TimeoutException}
   */
  public static <T> T await(KafkaFuture<T> answer) throws ExecutionException, InterruptedException {
    try {
      return answer.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (java.util.concurrent.TimeoutException e) {
      throw new ExecutionException(new TimeoutException("no answer"));
    }
  }

  private static Admin open(KafkaClients clients) {
    try {
      return Admin.create(clients.admin(limits(clients.properties())));
    } catch (KafkaException e) {
      throw new StackException(new BrokerFailure(clients, e, LIMIT).wordsOfNoClient(), e);
    }
  }

  private static Map<String, Object> limits(Map<String, String> properties) {
    int limit = (int) LIMIT.toMillis();
    Map<String, Object> limits = new HashMap<>();
    limits.put("default.api.timeout.ms", limit);
    limits.put("request.timeout.ms", limit);
    if (!properties.containsKey(SaslConfigs.SASL_LOGIN_RETRY_BACKOFF_MS)
        && !properties.containsKey(SaslConfigs.SASL_LOGIN_RETRY_BACKOFF_MAX_MS)) {
      // That long a login is tried again.
      limits.put(SaslConfigs.SASL_LOGIN_RETRY_BACKOFF_MAX_MS, LOGIN_MILLIS);
    }
    return limits;
  }

  private static StackException failure(KafkaClients clients, Throwable cause) {
    return new StackException(new BrokerFailure(clients, cause, LIMIT).words(), cause);
  }
}
