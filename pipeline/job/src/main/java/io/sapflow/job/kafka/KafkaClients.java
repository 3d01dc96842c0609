package io.sapflow.job.kafka;

import java.io.Serializable;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Where the brokers are and how every client of them connects: the job's sources and sinks, its
 * tasks, and each command. Values may name secrets, as Kafka's configuration providers resolve
 * them; they are resolved by the clients alone, where these are opened.
 *
 * @param bootstrapServers addresses, host:port, separated by commas
 * @param properties of Kafka's clients, such as {@code security.protocol}
 */
public record KafkaClients(String bootstrapServers, Map<String, String> properties)
    implements Serializable {

  private static final String SERVERS = "bootstrap.servers";

  static {
    ScramClasses.load();
  }

  /** Clients with these properties. */
  public KafkaClients {
    properties = Map.copyOf(properties);
  }

  /** Clients of brokers that ask for nothing. */
  public static KafkaClients at(String bootstrapServers) {
    return new KafkaClients(bootstrapServers, Map.of());
  }

  /** The same clients, of which none waits longer for an answer. */
  public KafkaClients within(Duration limit) {
    Map<String, String> more = new HashMap<>(properties);
    more.put("default.api.timeout.ms", Long.toString(limit.toMillis()));
    more.put("request.timeout.ms", Long.toString(limit.toMillis()));
    return new KafkaClients(bootstrapServers, more);
  }

  /** What {@link #all} was made of, whatever else came to it. */
  public static KafkaClients of(Properties all) {
    Map<String, String> properties = new HashMap<>();
    all.stringPropertyNames().forEach(key -> properties.put(key, all.getProperty(key)));
    return new KafkaClients(properties.remove(SERVERS), properties);
  }

  /** Settings of a consumer, those that its owner needs on top. */
  public Map<String, Object> consumer(Map<String, ?> needed) {
    return settings(ConsumerConfig.configNames(), needed);
  }

  /** Settings of a producer, those that its owner needs on top. */
  public Map<String, Object> producer(Map<String, ?> needed) {
    return settings(ProducerConfig.configNames(), needed);
  }

  /** Settings of an administrator, those that its owner needs on top. */
  public Map<String, Object> admin(Map<String, ?> needed) {
    return settings(AdminClientConfig.configNames(), needed);
  }

  /** Settings for what makes clients of several kinds of them, as a source of Flink does. */
  public Properties all() {
    Properties all = new Properties();
    all.putAll(properties);
    all.put(SERVERS, bootstrapServers);
    return all;
  }

  /** Without those that this kind of client does not know, and would complain of. */
  private Map<String, Object> settings(Set<String> known, Map<String, ?> needed) {
    Map<String, Object> settings = new HashMap<>();
    boolean hasHandler = ClientProperties.hasHandler(properties);
    properties.forEach(
        (key, value) -> {
          // What no client knows is of a class of the user's own, which all of them may make.
          if (known.contains(key)
              || ClientProperties.isOfProviders(key)
              || (hasHandler && !ClientProperties.isKnown(key))) {
            settings.put(key, value);
          }
        });
    settings.put(SERVERS, bootstrapServers);
    settings.putAll(needed);
    return settings;
  }
}
