package io.sapflow.job.kafka;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;

/** What a user may set of Kafka's clients. */
public final class ClientProperties {

  private static final String PROVIDERS = "config.providers";

  /** What the promises rest on, and the job sets by itself. */
  private static final Set<String> OWN =
      Set.of(
          "bootstrap.servers",
          "group.id",
          "group.instance.id",
          "group.protocol",
          "isolation.level",
          "enable.auto.commit",
          "auto.offset.reset",
          "key.deserializer",
          "value.deserializer",
          "key.serializer",
          "value.serializer",
          "transactional.id",
          "transaction.timeout.ms",
          "transaction.two.phase.commit.enable",
          "acks",
          "enable.idempotence",
          "retries",
          "max.in.flight.requests.per.connection",
          "interceptor.classes",
          "partitioner.class",
          "max.request.size",
          "allow.auto.create.topics");

  /** Words of a login module's configuration behind which a secret stands. */
  private static final String JAAS = "sasl.jaas.config";

  private static final Map<String, ConfigDef.ConfigKey> KNOWN = new TreeMap<>();

  static {
    KNOWN.putAll(AdminClientConfig.configDef().configKeys());
    KNOWN.putAll(ConsumerConfig.configDef().configKeys());
    KNOWN.putAll(ProducerConfig.configDef().configKeys());
  }

  private ClientProperties() {}

  /** Whether one of Kafka's clients knows a property. */
  public static boolean isKnown(String property) {
    return KNOWN.containsKey(property) || isOfProviders(property);
  }

  /** Whether a property belongs to Kafka's configuration providers. */
  static boolean isOfProviders(String property) {
    return property.equals(PROVIDERS) || property.startsWith(PROVIDERS + ".");
  }

  /** The properties that a user may set. */
  public static Set<String> settable() {
    Set<String> settable = new TreeSet<>(KNOWN.keySet());
    settable.removeAll(OWN);
    return settable;
  }

  /**
   * Checks properties.
   *
   * @param prefix of their keys in a configuration, with a dot at its end
   * @throws IllegalArgumentException naming the key of one that no client knows, that the job sets
   *     by itself, or that holds a secret; it quotes none
   */
  public static void check(String prefix, Map<String, String> properties) {
    properties.forEach((property, value) -> check(prefix + property, property, value));
  }

  private static void check(String key, String property, String value) {
    if (OWN.contains(property)) {
      throw new IllegalArgumentException(
          key + ": is set by the job itself, since its promises rest on it; expected none");
    }
    if (!isKnown(property)) {
      throw new IllegalArgumentException(
          key
              + ": no Kafka client knows it, expected a property of one, such as security.protocol");
    }
    if (isSecret(property, value)) {
      throw new IllegalArgumentException(
          key
              + ": found a secret, expected where it stands, such as ${file:/path/to/file:key} or"
              + " ${env:NAME}, with config.providers beside it");
    }
  }

  private static boolean isSecret(String property, String value) {
    ConfigDef.ConfigKey known = KNOWN.get(property);
    boolean secret = known != null && known.type() == ConfigDef.Type.PASSWORD;
    if (!secret || value.contains("${")) {
      return false;
    }
    // A login module may need no secret, such as one for Kerberos' tickets.
    return !property.equals(JAAS) || value.matches("(?s).*(password|secret|token)\\w*\\s*=.*");
  }
}
