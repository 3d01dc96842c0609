package io.sapflow.job.kafka;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.internals.BrokerSecurityConfigs;

/**
 * Where clients get the tokens that they log in with. Kafka's clients ask no address but those that
 * whoever starts the JVM allows by a system property.
 *
 * @param url the address
 * @param written the same as it is written: what a provider knows may be a secret
 */
public record TokenEndpoint(String url, String written) {

  /** The system property with the addresses that may be asked, separated by commas. */
  public static final String ALLOWED = BrokerSecurityConfigs.ALLOWED_SASL_OAUTHBEARER_URLS_CONFIG;

  static final String PROPERTY = SaslConfigs.SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL;

  private static final String MECHANISM = "OAUTHBEARER";

  /** One that is written as it is. */
  public TokenEndpoint(String url) {
    this(url, url);
  }

  /** Whether clients with these properties log in by tokens. */
  static boolean isUsed(Map<String, String> properties) {
    return properties.getOrDefault(SaslConfigs.SASL_MECHANISM, "").equals(MECHANISM)
        && properties.getOrDefault("security.protocol", "").startsWith("SASL");
  }

  /**
   * That of some clients; empty where they log in by something else, or with nothing that says
   * where.
   */
  public static Optional<TokenEndpoint> of(KafkaClients clients) {
    String url = clients.properties().get(PROPERTY);
    if (url == null || !isUsed(clients.properties())) {
      return Optional.empty();
    }
    return (url.contains("${") ? resolved(clients) : Optional.of(url))
        .map(resolved -> new TokenEndpoint(resolved, url));
  }

  private static Optional<String> resolved(KafkaClients clients) {
    try {
      return Optional.ofNullable(
          new AdminClientConfig(clients.admin(Map.of())).getString(PROPERTY));
    } catch (KafkaException e) {
      // The client itself will tell.
      return Optional.empty();
    }
  }

  /**
   * Lets this JVM ask it, on behalf of somebody who has started the JVM for these clients alone.
   * Where addresses have been allowed, those stay the only ones.
   */
  public void allowHere() {
    if (System.getProperty(ALLOWED) == null) {
      System.setProperty(ALLOWED, url);
    }
  }

  /**
   * Whether it may be asked.
   *
   * @param allowed value of the system property
   */
  public boolean isAmong(String allowed) {
    return Arrays.stream(allowed.split(",")).anyMatch(each -> each.strip().equals(url));
  }

  /** The option of a JVM that lets it be asked, with the address as it is written. */
  public String option() {
    return "-D" + ALLOWED + "=" + written;
  }
}
