package io.sapflow.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TokenEndpointTest {

  private static final String URL = "https://login.example/token";

  @AfterEach
  void forget() {
    System.clearProperty(TokenEndpoint.ALLOWED);
  }

  private static KafkaClients clients(String... more) {
    Map<String, String> properties =
        new HashMap<>(
            Map.of(
                "security.protocol", "SASL_SSL",
                "sasl.mechanism", "OAUTHBEARER",
                "sasl.oauthbearer.token.endpoint.url", URL));
    for (int i = 0; i < more.length; i += 2) {
      properties.put(more[i], more[i + 1]);
    }
    return new KafkaClients("127.0.0.1:1", properties);
  }

  @Test
  void endpoint_isOfClientsThatLogInByTokens() {
    assertThat(TokenEndpoint.of(clients())).contains(new TokenEndpoint(URL));
    assertThat(TokenEndpoint.of(clients("sasl.mechanism", "PLAIN"))).isEmpty();
    assertThat(TokenEndpoint.of(clients("security.protocol", "SSL"))).isEmpty();
  }

  @Test
  void endpointThatAProviderKnows_isItsValue() {
    KafkaClients named =
        clients(
            "config.providers", "env",
            "config.providers.env.class",
                "org.apache.kafka.common.config.provider.EnvVarConfigProvider",
            "sasl.oauthbearer.token.endpoint.url", "https://login.example${env:PATH}");
    String written = "https://login.example${env:PATH}";
    assertThat(TokenEndpoint.of(named))
        .contains(new TokenEndpoint("https://login.example" + System.getenv("PATH"), written));
    assertThat(TokenEndpoint.of(named).orElseThrow().option()).endsWith("=" + written);
    assertThat(
            TokenEndpoint.of(
                clients("sasl.oauthbearer.token.endpoint.url", "${env:x}", "acks", "?")))
        .contains(new TokenEndpoint("${env:x}"));
  }

  @Test
  void endpoint_isAllowedWhereNothingWas_andNowhereElse() {
    TokenEndpoint endpoint = new TokenEndpoint(URL);
    endpoint.allowHere();
    assertThat(System.getProperty(TokenEndpoint.ALLOWED)).isEqualTo(URL);
    System.setProperty(TokenEndpoint.ALLOWED, "https://other.example/token");
    endpoint.allowHere();
    assertThat(System.getProperty(TokenEndpoint.ALLOWED)).isEqualTo("https://other.example/token");
  }

  @Test
  void endpoint_amongAddresses_isFoundWhole() {
    TokenEndpoint endpoint = new TokenEndpoint(URL);
    assertThat(endpoint.isAmong("https://other.example, " + URL)).isTrue();
    assertThat(endpoint.isAmong(URL + "s")).isFalse();
    assertThat(endpoint.isAmong("")).isFalse();
    assertThat(endpoint.option())
        .isEqualTo("-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=" + URL);
  }
}
