package io.sapflow.job.kafka;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;

/** Why brokers cannot be reached: the key at fault, what was found and what would be right. */
final class BrokerFailure {

  private static final String PREFIX = "sapflow.kafka.properties.";
  private static final String SERVERS = "sapflow.kafka.bootstrap-servers";
  private static final int LOOK_MILLIS = (int) Duration.ofSeconds(2).toMillis();

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
    if (find(SaslAuthenticationException.class).isPresent()) {
      return key("sasl.jaas.config")
          + ": found a user or a password that "
          + brokers()
          + " refuse, expected one that they know ("
          + find(SaslAuthenticationException.class).get().getMessage()
          + ")";
    }
    if (find(SslAuthenticationException.class).isPresent()) {
      return tls();
    }
    if (find(AuthorizationException.class).isPresent()) {
      return brokers() + ": " + find(AuthorizationException.class).get().getMessage();
    }
    return silence();
  }

  /** Kafka's own words name the property; they quote no secret. */
  private String property(ConfigException e) {
    String name = e.getMessage().replaceFirst("(?s)^.*?([a-z][a-z0-9]*(\\.[a-z0-9-]+)+).*$", "$1");
    if (name.equals("bootstrap.servers")) {
      return SERVERS
          + ": found "
          + clients.bootstrapServers()
          + ", expected addresses of Kafka brokers, host:port ("
          + line(e.getMessage())
          + ")";
    }
    return (ClientProperties.isKnown(name) ? key(name) : "sapflow.kafka.properties")
        + ": "
        + line(e.getMessage());
  }

  private String tls() {
    String words = line(root().getMessage());
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
    return key("ssl.keystore.location")
        + ": found "
        + value("ssl.keystore.location", "none")
        + ", and "
        + brokers()
        + " end the handshake, expected a certificate that they accept ("
        + words
        + ")";
  }

  /** A broker that is not spoken to as it expects closes the connection, and says nothing. */
  private String silence() {
    boolean plain = !value("security.protocol", "PLAINTEXT").endsWith("SSL");
    for (String address : clients.bootstrapServers().split(",")) {
      URI uri = URI.create("kafka://" + address.strip());
      if (uri.getHost() != null && accepts(uri)) {
        boolean tls = speaksTls(uri);
        if (plain == tls) {
          return tls
              ? protocol("by TLS", "SSL or SASL_SSL")
              : protocol("without TLS", "PLAINTEXT or SASL_PLAINTEXT");
        }
        return SERVERS
            + ": found "
            + clients.bootstrapServers()
            + ", which accepts connections and says nothing for "
            + waited.toSeconds()
            + " s, expected Kafka brokers, and in "
            + key("security.protocol")
            + " how they are spoken to";
      }
    }
    return SERVERS
        + ": found "
        + clients.bootstrapServers()
        + ", where no broker answers within "
        + waited.toSeconds()
        + " s, expected addresses of Kafka brokers ("
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

  private static boolean accepts(URI address) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), LOOK_MILLIS);
      return true;
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }

  /** Whether a server answers the beginning of a handshake as TLS does; nothing is trusted. */
  private static boolean speaksTls(URI address) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), LOOK_MILLIS);
      socket.setSoTimeout(LOOK_MILLIS);
      socket.getOutputStream().write(TlsHello.BYTES);
      int type = socket.getInputStream().read();
      return type == TlsHello.HANDSHAKE || type == TlsHello.ALERT;
    } catch (IOException e) {
      return false;
    }
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
