package io.sapflow.job.kafka;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.security.auth.login.LoginException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.IllegalSaslStateException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;

/** Why brokers cannot be reached: the key at fault, what was found and what would be right. */
final class BrokerFailure {

  private static final String PREFIX = "sapflow.kafka.properties.";
  private static final String OF_ALL = "sapflow.kafka.properties";
  private static final String SERVERS = "sapflow.kafka.bootstrap-servers";
  private static final String ADDRESSES = "bootstrap.servers";

  /** Where Kafka's words name a property, behind the value that it refuses. */
  private static final Pattern NAMED = Pattern.compile("configuration \"?([a-z][a-z0-9.-]+)\"?");

  /** Stands before the words of a class that was made, and names the property of that class. */
  private static final String OF_CLASS = "^The class \\S+ defined in the .+ on configure\\(\\): ";

  private final KafkaClients clients;
  private final Throwable failure;
  private final Duration waited;

  /**
   * A failure.
   *
   * @param waited how long brokers had to answer
   */
  BrokerFailure(KafkaClients clients, Throwable failure, Duration waited) {
    this.clients = clients;
    this.failure = failure;
    this.waited = waited;
  }

  /** One line. */
  String words() {
    if (find(ConfigException.class).isPresent()) {
      return property(find(ConfigException.class).get());
    }
    if (find(UnsupportedSaslMechanismException.class).isPresent()) {
      return key("sasl.mechanism")
          + ": found "
          + value("sasl.mechanism", "GSSAPI")
          + ", which "
          + brokers()
          + " do not offer, expected one that they do ("
          + find(UnsupportedSaslMechanismException.class).get().getMessage()
          + ")";
    }
    if (find(IllegalSaslStateException.class).isPresent()) {
      return key("security.protocol")
          + ": found "
          + value("security.protocol", "PLAINTEXT")
          + ", but "
          + brokers()
          + " ask for no user there, expected SSL or PLAINTEXT, or their other port";
    }
    if (find(SaslAuthenticationException.class).isPresent()) {
      return refused(find(SaslAuthenticationException.class).get().getMessage());
    }
    if (find(SslAuthenticationException.class).isPresent()) {
      return tls();
    }
    if (find(AuthorizationException.class).isPresent()) {
      return brokers() + ": " + find(AuthorizationException.class).get().getMessage();
    }
    return silence();
  }

  private String refused(String words) {
    return TokenEndpoint.isUsed(clients.properties())
        ? key(TokenEndpoint.PROPERTY)
            + ": found "
            + value(TokenEndpoint.PROPERTY, "none")
            + ", whose token "
            + brokers()
            + " refuse, expected one by the issuer and for the audience that they are set to, that"
            + " has not expired ("
            + words
            + ")"
        : key("sasl.jaas.config")
            + ": found a user or a password that "
            + brokers()
            + " refuse, expected one that they know ("
            + words
            + ")";
  }

  /** One line, where no client could be made to begin with. */
  String wordsOfNoClient() {
    Optional<String> token = new TokenFailure(clients, messages()).words();
    if (token.isPresent()) {
      return token.get();
    }
    if (find(ConfigException.class).isPresent()) {
      return property(find(ConfigException.class).get());
    }
    String all = messages();
    for (String store : new String[] {"ssl.truststore.location", "ssl.keystore.location"}) {
      String path = value(store, "");
      if (!path.isEmpty() && all.contains(path)) {
        return key(store)
            + ": found "
            + path
            + ", expected a store that can be read with its type and its password ("
            + line(root().getMessage())
            + ")";
      }
    }
    if (find(LoginException.class).isPresent() || all.contains("JAAS")) {
      // What it says may quote a part of a secret.
      return key("sasl.jaas.config")
          + ": found none by which a client can log in, expected a login module with its options";
    }
    return OF_ALL
        + ": found properties with which no client can be made, expected those of Kafka's clients ("
        + (ClientProperties.hasHandler(clients.properties())
            ? root().getClass().getSimpleName()
            : line(root().getMessage()))
        + ")";
  }

  private String messages() {
    StringBuilder all = new StringBuilder();
    for (Throwable each = failure; each != null; each = each.getCause()) {
      all.append(each.getMessage()).append('\n');
    }
    return all.toString();
  }

  /** Kafka's own words name the property; what it was resolved to is left out. */
  private String property(ConfigException e) {
    String words = line(e.getMessage()).replaceFirst(OF_CLASS, "");
    if (words.contains(ADDRESSES)) {
      return SERVERS
          + ": found "
          + clients.bootstrapServers()
          + ", expected addresses of Kafka brokers, host:port ("
          + words
          + ")";
    }
    Matcher named = NAMED.matcher(words);
    if (!named.find()) {
      return OF_ALL + ": found properties that are refused, expected those of Kafka's clients";
    }
    String property = named.group(1);
    // A handler's own words may quote a secret.
    return ClientProperties.isKnown(property)
        ? key(property) + ": found a value that Kafka refuses" + words.substring(named.end())
        : OF_ALL + ": found a value of " + property + " that is refused, expected one that is not";
  }

  private String tls() {
    String words = line(root().getMessage());
    if (find(CertificateExpiredException.class).isPresent()
        || find(CertificateNotYetValidException.class).isPresent()) {
      return SERVERS
          + ": found "
          + clients.bootstrapServers()
          + ", where the certificate is not valid today, expected one that is ("
          + words
          + ")";
    }
    if (words.contains("No subject alternative") || words.contains("No name matching")) {
      return SERVERS
          + ": found "
          + clients.bootstrapServers()
          + ", for which the brokers' certificate is not made out, expected a host that it names ("
          + words
          + ")";
    }
    if (find(CertPathBuilderException.class).isPresent()
        || find(CertPathValidatorException.class).isPresent()
        || find(CertificateException.class).isPresent()) {
      return key("ssl.truststore.location")
          + ": found "
          + value("ssl.truststore.location", "none")
          + ", which does not know who has signed the certificate of "
          + brokers()
          + ", expected the certificate of that authority in it ("
          + words
          + ")";
    }
    if (words.contains("Unsupported or unrecognized SSL message")) {
      return protocol("without TLS", "PLAINTEXT or SASL_PLAINTEXT");
    }
    return words.matches("(?i).*(certificate|unknown_ca).*")
        ? key("ssl.keystore.location")
            + ": found "
            + value("ssl.keystore.location", "none")
            + ", and "
            + brokers()
            + " end the handshake, expected a certificate that they accept ("
            + words
            + ")"
        : key("ssl.enabled.protocols")
            + " and the other ssl properties: "
            + brokers()
            + " end the handshake, expected what they speak, too ("
            + words
            + ")";
  }

  /** A broker that is not spoken to as it expects closes the connection, and says nothing. */
  private String silence() {
    boolean plain = !value("security.protocol", "PLAINTEXT").endsWith("SSL");
    return switch (BrokerLook.at(clients.bootstrapServers())) {
      case TLS -> plain ? protocol("by TLS", "SSL or SASL_SSL") : unheard();
      case PLAIN -> plain ? unheard() : protocol("without TLS", "PLAINTEXT or SASL_PLAINTEXT");
      case SILENT -> unheard();
      case NOBODY ->
          SERVERS
              + ": found "
              + clients.bootstrapServers()
              + ", where no broker answers within "
              + waited.toSeconds()
              + " s, expected addresses of Kafka brokers ("
              + line(failure.getMessage())
              + ")";
    };
  }

  private String unheard() {
    return SERVERS
        + ": found "
        + clients.bootstrapServers()
        + ", which accepts connections and gives no answer within "
        + waited.toSeconds()
        + " s, expected Kafka brokers that can be reached at the addresses that they advertise, and"
        + " in "
        + key("security.protocol")
        + " how they are spoken to ("
        + line(failure.getMessage())
        + ")";
  }

  private String protocol(String how, String right) {
    return key("security.protocol")
        + ": found "
        + value("security.protocol", "PLAINTEXT")
        + ", but "
        + brokers()
        + " are spoken to "
        + how
        + ", expected "
        + right;
  }

  private String brokers() {
    return "the brokers at " + clients.bootstrapServers();
  }

  private static String key(String property) {
    return PREFIX + property;
  }

  private String value(String property, String otherwise) {
    return clients.properties().getOrDefault(property, otherwise);
  }

  private <E extends Throwable> Optional<E> find(Class<E> type) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (type.isInstance(each)) {
        return Optional.of(type.cast(each));
      }
    }
    return Optional.empty();
  }

  private Throwable root() {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private static String line(String text) {
    return text == null ? "" : text.lines().findFirst().orElse("");
  }
}
