package io.sapflow.job.check;

import io.sapflow.job.kafka.StackException;
import io.sapflow.job.kafka.TokenEndpoint;
import java.util.Map;

/** Whether brokers let the client in. */
record CredentialsCheck(Subject subject) implements Check {

  private static final String EXPECTED = "what the brokers let in (sapflow.kafka.properties)";

  @Override
  public String name() {
    return "credentials";
  }

  @Override
  public Finding look() {
    try {
      subject.topics();
      return Finding.ok(how() + ": let in" + onACluster(), EXPECTED);
    } catch (StackException e) {
      return BrokersCheck.isOfAddress(e)
          ? Finding.unseen(BrokersCheck.NAME + " fails", EXPECTED)
          : Finding.told(e, EXPECTED);
    }
  }

  /** What this JVM does not tell: what those of a cluster are started with. */
  private String onACluster() {
    return TokenEndpoint.of(subject.settings().kafka())
        .map(tokens -> "; on a cluster env.java.opts.all holds " + tokens.option())
        .orElse("");
  }

  private String how() {
    Map<String, String> properties = subject.settings().kafka().properties();
    String protocol = properties.getOrDefault("security.protocol", "PLAINTEXT");
    return protocol.startsWith("SASL")
        ? protocol + " with " + properties.getOrDefault("sasl.mechanism", "GSSAPI")
        : protocol
            + (isByCertificate(protocol, properties) ? " by certificate" : " without a user");
  }

  private static boolean isByCertificate(String protocol, Map<String, String> properties) {
    return protocol.equals("SSL")
        && (properties.containsKey("ssl.keystore.location")
            || properties.containsKey("ssl.keystore.certificate.chain"));
  }
}
