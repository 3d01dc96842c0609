package io.sapflow.job.kafka;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.SaslConfigs;

/**
 * Why clients have got no token to log in with: the key at fault, what was found and what would be
 * right. What Kafka says of it is a text alone, a stack trace at that; of what a server says no
 * more is told than the code of an error.
 */
final class TokenFailure {

  private static final String PREFIX = "sapflow.kafka.properties.";
  private static final String ENDPOINT = PREFIX + TokenEndpoint.PROPERTY;
  private static final String CLIENT = PREFIX + SaslConfigs.SASL_JAAS_CONFIG;

  /** An answer that is none: its status, and the code of the error if there is one. */
  private static final Pattern ANSWER =
      Pattern.compile("response code (\\d{3})(?: and error [a-z]+ \\{\"([a-z_]{1,40})\")?");

  private static final Pattern NO_CONNECTION =
      Pattern.compile("java\\.net\\.(\\w+(?:Exception)(?:: [^\\n]{1,200})?)");

  private static final Pattern NO_TRUST =
      Pattern.compile("javax\\.net\\.ssl\\.SSL\\w+Exception(?:: ([^\\n]{1,300}))?");

  /** Statuses by which a server refuses a client, its secret or what it asks for. */
  private static final Pattern REFUSED = Pattern.compile("40[013]");

  private final KafkaClients clients;
  private final String messages;

  /**
   * A failure.
   *
   * @param messages of it and of its causes
   */
  TokenFailure(KafkaClients clients, String messages) {
    this.clients = clients;
    this.messages = messages;
  }

  /** One line; empty if it is none of tokens. */
  Optional<String> words() {
    if (!TokenEndpoint.isUsed(clients.properties())) {
      return Optional.empty();
    }
    if (messages.contains(TokenEndpoint.ALLOWED)) {
      return Optional.of(notAllowed());
    }
    if (messages.contains(SaslConfigs.SASL_OAUTHBEARER_CLIENT_CREDENTIALS_CLIENT_ID)
        || messages.contains(SaslConfigs.SASL_OAUTHBEARER_CLIENT_CREDENTIALS_CLIENT_SECRET)) {
      return Optional.of(
          CLIENT
              + ": found none of clientId and clientSecret, or only one, expected both among the"
              + " options of its login module");
    }
    if (messages.contains(TokenEndpoint.PROPERTY + " value is required")) {
      return Optional.of(ENDPOINT + ": found none, expected the address of a token server");
    }
    Matcher answer = ANSWER.matcher(messages);
    if (answer.find()) {
      return Optional.of(answered(answer));
    }
    Matcher trust = NO_TRUST.matcher(messages);
    if (trust.find()) {
      return Optional.of(
          found()
              + ", to which no connection by TLS is made, expected a server whose certificate is"
              + " trusted: ssl.truststore.location among the options of the login module in "
              + CLIENT
              + says(trust.group(1)));
    }
    Matcher connection = NO_CONNECTION.matcher(messages);
    if (connection.find()) {
      return Optional.of(
          found()
              + ", where no token server answers, expected its address"
              + says(connection.group(1)));
    }
    return messages.contains("JWT")
        ? Optional.of(
            found() + ", which answers with what is no token, expected one that gives JWTs")
        : Optional.empty();
  }

  private String notAllowed() {
    return found()
        + ", which Kafka's clients may not ask in this JVM, expected it among the addresses of the"
        + " system property "
        + TokenEndpoint.ALLOWED
        + " (on a cluster env.java.opts.all of Flink's configuration sets it)";
  }

  private String answered(Matcher answer) {
    String words = answer.group(2) == null ? "" : " " + answer.group(2);
    return REFUSED.matcher(answer.group(1)).matches()
        ? CLIENT
            + ": found a client or a secret that the token server at "
            + url()
            + " refuses, expected those that it knows ("
            + answer.group(1)
            + words
            + ")"
        : found() + ", which answers " + answer.group(1) + words + ", expected a token server";
  }

  private String found() {
    return ENDPOINT + ": found " + url();
  }

  private String url() {
    return clients.properties().getOrDefault(TokenEndpoint.PROPERTY, "none");
  }

  private static String says(String words) {
    return words == null ? "" : " (" + words.strip() + ")";
  }
}
