package io.sapflow.job.kafka;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SaslConfigs;

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
          "partitioner.ignore.keys",
          "max.request.size",
          "allow.auto.create.topics");

  private static final String SERVERS = "bootstrap.servers";
  private static final String JAAS = "sasl.jaas.config";

  /** Of the type of secrets, so that they are not logged; but everybody may know them. */
  private static final Set<String> PUBLIC =
      Set.of("ssl.truststore.certificates", "ssl.keystore.certificate.chain");

  /** Where a secret stands: a provider, and what it knows the secret by. */
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^}:]+):[^}]+}");

  private static final String SECRET = "(?:password|passphrase|passwd|pwd|secret|token|credential)";

  /** The name of what holds a secret: {@code x.client.secret}, {@code x.api.key}. */
  private static final String NAMES_SECRET = ".*" + SECRET + ".*|.*key";

  /** An option of a login module that holds a secret, and its value. */
  private static final Pattern JAAS_SECRET =
      Pattern.compile("(?i)\\w*" + SECRET + "\\w*\"?\\s*=\\s*(\"(?:[^\"\\\\]|\\\\.)*\"|[^\\s;]+)");

  /** A parameter of a provider that holds a secret. */
  private static final Pattern PROVIDERS_SECRET =
      Pattern.compile("(?i)config\\.providers\\..*\\.param\\.(?:" + NAMES_SECRET + ")");

  /** A property of a handler of the user's own, whose name says that it holds a secret. */
  private static final Pattern HANDLERS_SECRET = Pattern.compile("(?i)" + NAMES_SECRET);

  /** Name classes of a user's own, which may have properties that no client knows. */
  private static final Set<String> HANDLERS =
      Set.of(
          "sasl.login.callback.handler.class",
          "sasl.client.callback.handler.class",
          "sasl.login.class",
          "sasl.oauthbearer.jwt.retriever.class",
          "sasl.oauthbearer.jwt.validator.class",
          "ssl.engine.factory.class");

  /** What the names of Kafka's own classes begin with; clients know all of their properties. */
  private static final String KAFKAS = "org.apache.kafka.";

  /** Within which a token server accepts a connection and answers; Kafka would wait for ever. */
  private static final String TOKEN_MILLIS = "5000";

  /** A name nearer to a known one, in letters, is a mistake and no handler's. */
  private static final int MISTAKEN_LETTERS = 2;

  /** What the job's own time limits leave to it. */
  private static final long MOST_LINGER_MILLIS = 5_000;

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

  /** Whether a class of the user's own is named, which may have properties of its own. */
  static boolean hasHandler(Map<String, String> properties) {
    return HANDLERS.stream()
        .map(properties::get)
        .anyMatch(
            name ->
                name != null
                    && !name.strip().startsWith(KAFKAS)
                    && !name.equals(TokenCallbacks.class.getName()));
  }

  /**
   * Properties with what a login by tokens needs where they have none: limits to the time that a
   * token is waited for, and a handler that every job of a process may have.
   */
  public static Map<String, String> complete(Map<String, String> properties) {
    if (!TokenEndpoint.isUsed(properties)) {
      return properties;
    }
    Map<String, String> complete = new HashMap<>(properties);
    complete.putIfAbsent(SaslConfigs.SASL_LOGIN_CONNECT_TIMEOUT_MS, TOKEN_MILLIS);
    complete.putIfAbsent(SaslConfigs.SASL_LOGIN_READ_TIMEOUT_MS, TOKEN_MILLIS);
    complete.putIfAbsent(
        SaslConfigs.SASL_CLIENT_CALLBACK_HANDLER_CLASS, TokenCallbacks.class.getName());
    return complete;
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
   *     by itself, that holds a secret, or that names a provider which is none; it quotes no secret
   */
  public static void check(String prefix, Map<String, String> properties) {
    List<String> providers =
        List.of(properties.getOrDefault(PROVIDERS, "").strip().split("\\s*,\\s*"));
    boolean hasHandler = hasHandler(properties);
    properties.forEach(
        (property, value) -> {
          check(prefix + property, property, value, hasHandler);
          if (!isOfProviders(property)) {
            checkReferences(prefix + property, value, providers);
          }
        });
    checkLimits(prefix, properties);
  }

  /** A producer whose time limits contradict each other is none; the job has some of its own. */
  private static void checkLimits(String prefix, Map<String, String> properties) {
    long linger = millis(properties, ProducerConfig.LINGER_MS_CONFIG);
    if (linger > MOST_LINGER_MILLIS) {
      throw new IllegalArgumentException(
          prefix
              + ProducerConfig.LINGER_MS_CONFIG
              + ": found "
              + linger
              + ", expected at most "
              + MOST_LINGER_MILLIS);
    }
    if (!properties.containsKey(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG)) {
      return; // Kafka's own gives way.
    }
    long least = linger + millis(properties, ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG);
    long delivery = millis(properties, ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG);
    if (delivery < least) {
      throw new IllegalArgumentException(
          prefix
              + ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG
              + ": found "
              + delivery
              + ", expected at least "
              + least
              + ", which is linger.ms and request.timeout.ms");
    }
  }

  /** A limit that is set, or Kafka's own; what is no number Kafka itself refuses. */
  private static long millis(Map<String, String> properties, String property) {
    Object own = ProducerConfig.configDef().defaultValues().get(property);
    try {
      return Long.parseLong(properties.getOrDefault(property, own.toString()).strip());
    } catch (NumberFormatException e) {
      return Long.parseLong(own.toString());
    }
  }

  private static void check(String key, String property, String value, boolean hasHandler) {
    if (property.equals(SERVERS)) {
      throw new IllegalArgumentException(
          key + ": has an option of its own, expected sapflow.kafka.bootstrap-servers");
    }
    if (OWN.contains(property)) {
      throw new IllegalArgumentException(
          key + ": is set by the job itself, since its promises rest on it; expected none");
    }
    if (!isKnown(property) && (!hasHandler || isMistaken(property))) {
      throw new IllegalArgumentException(
          key
              + ": no Kafka client knows it, expected a property of one, such as"
              + " security.protocol");
    }
    if (isSecret(property, value) || (!isKnown(property) && isHandlersSecret(property, value))) {
      throw new IllegalArgumentException(
          key
              + ": found a secret, expected where it stands, such as ${file:/path/to/file:key} or"
              + " ${env:NAME}, with config.providers beside it");
    }
  }

  private static boolean isMistaken(String property) {
    return KNOWN.keySet().stream()
        .anyMatch(known -> EditDistance.of(property, known) <= MISTAKEN_LETTERS);
  }

  /** A reference to a provider that is none would be sent to the brokers as it stands. */
  private static void checkReferences(String key, String value, List<String> providers) {
    Matcher references = REFERENCE.matcher(value);
    while (references.find()) {
      if (!providers.contains(references.group(1))) {
        throw new IllegalArgumentException(
            key
                + ": found the configuration provider "
                + references.group(1)
                + ", expected one that config.providers names");
      }
    }
  }

  private static boolean isSecret(String property, String value) {
    if (PROVIDERS_SECRET.matcher(property).matches()) {
      return !REFERENCE.matcher(value).matches();
    }
    ConfigDef.ConfigKey known = KNOWN.get(property);
    boolean secret = known != null && known.type() == ConfigDef.Type.PASSWORD;
    if (!secret || PUBLIC.contains(property)) {
      return false;
    }
    // A login module may need no secret, such as one for Kerberos' tickets.
    return property.equals(JAAS)
        ? JAAS_SECRET.matcher(value).results().anyMatch(option -> isPlain(option.group(1)))
        : !REFERENCE.matcher(value).matches();
  }

  private static boolean isHandlersSecret(String property, String value) {
    return HANDLERS_SECRET.matcher(property).matches() && !REFERENCE.matcher(value).matches();
  }

  private static boolean isPlain(String quoted) {
    String value = quoted.replaceAll("^\"|\"$", "");
    boolean isFlag = value.equals("true") || value.equals("false");
    return !isFlag && !REFERENCE.matcher(value).matches();
  }
}
