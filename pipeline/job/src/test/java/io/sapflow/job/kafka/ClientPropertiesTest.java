package io.sapflow.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ClientPropertiesTest {

  private static final String KEY = "sapflow.kafka.properties.";

  private static KafkaClients of(Map<String, String> values) {
    Map<String, String> all = new TreeMap<>(values);
    all.put("sapflow.kafka.bootstrap-servers", "127.0.0.1:9092");
    return new JobSettings(ConfigFile.of(all)).kafka();
  }

  private static void refused(String property, String value, String message) {
    assertThatThrownBy(() -> of(Map.of(KEY + property, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(KEY + property + message);
  }

  @Test
  void property_isOfEveryClientThatKnowsIt() {
    KafkaClients clients =
        of(
            Map.of(
                KEY + "security.protocol", "SSL",
                KEY + "linger.ms", "7",
                KEY + "fetch.min.bytes", "9",
                KEY + "config.providers", "env",
                KEY + "config.providers.env.class", "x.Y"));
    assertThat(clients.producer(Map.of("acks", "all")))
        .containsEntry("security.protocol", "SSL")
        .containsEntry("linger.ms", "7")
        .containsEntry("acks", "all")
        .containsEntry("bootstrap.servers", "127.0.0.1:9092")
        .containsEntry("config.providers.env.class", "x.Y")
        .doesNotContainKey("fetch.min.bytes");
    assertThat(clients.consumer(Map.of()))
        .containsEntry("fetch.min.bytes", "9")
        .doesNotContainKey("linger.ms");
    assertThat(clients.admin(Map.of()))
        .containsEntry("security.protocol", "SSL")
        .doesNotContainKeys("fetch.min.bytes", "linger.ms");
    assertThat(KafkaClients.of(clients.all())).isEqualTo(clients);
  }

  @Test
  void whatPromisesRestOn_isRefused() {
    refused(
        "isolation.level",
        "read_uncommitted",
        ": is set by the job itself, since its promises rest on it; expected none");
  }

  @Test
  void whatNoClientKnows_isRefused() {
    refused(
        "security.protokol",
        "SSL",
        ": no Kafka client knows it, expected a property of one, such as security.protocol");
  }

  @Test
  void whatNoClientKnows_besideAHandlerOfTheUsersOwn_isTheHandlers() {
    KafkaClients clients =
        of(
            Map.of(
                KEY + "sasl.login.callback.handler.class", "x.Handler",
                KEY + "x.region", "north",
                KEY + "config.providers", "env",
                KEY + "x.secret", "${env:WORD}"));
    assertThat(clients.admin(Map.of()))
        .containsEntry("x.region", "north")
        .containsEntry("x.secret", "${env:WORD}");
    assertThatThrownBy(
            () ->
                of(
                    Map.of(
                        KEY + "sasl.login.callback.handler.class", "x.Handler",
                        KEY + "x.secret", "glorb")))
        .hasMessageStartingWith(KEY + "x.secret: found a secret")
        .hasMessageNotContaining("glorb");
  }

  private static void refusedBesideAHandler(String property, String message) {
    assertThatThrownBy(
            () ->
                of(
                    Map.of(
                        KEY + "sasl.login.callback.handler.class", "x.Handler",
                        KEY + property, "glorb")))
        .hasMessageStartingWith(KEY + property + message)
        .hasMessageNotContaining("glorb");
  }

  @Test
  void secretOfAHandler_byAnyOfItsNames_isRefused() {
    for (String name : new String[] {"x.api.key", "aws.access.key", "x.credentials", "x.pwd"}) {
      refusedBesideAHandler(name, ": found a secret");
    }
  }

  @Test
  void misspeltProperty_besideAHandler_isRefused() {
    for (String name : new String[] {"secuirty.protocol", "sasl.mechanisms", "ssl.protocoll"}) {
      refusedBesideAHandler(name, ": no Kafka client knows it");
    }
  }

  @Test
  void requestTimeout_byItself_leavesTheDeliveryTimeoutToKafka() {
    assertThat(of(Map.of(KEY + "request.timeout.ms", "180000")).properties()).hasSize(1);
  }

  @Test
  void timeLimitsThatContradict_areRefused() {
    refused("linger.ms", "60000", ": found 60000, expected at most 5000");
    refused(
        "delivery.timeout.ms",
        "20000",
        ": found 20000, expected at least 30005, which is linger.ms and request.timeout.ms");
  }

  @Test
  void propertiesInOneString_thatCannotBeRead_areNotQuoted() {
    assertThatThrownBy(() -> of(Map.of("sapflow.kafka.properties", "sasl.jaas.config=glorb")))
        .hasMessageStartingWith(
            "sapflow.kafka.properties: found what cannot be read as properties, expected ")
        .hasMessageNotContaining("glorb");
  }

  @Test
  void secretInTheFile_isRefused_andNotQuoted() {
    String right =
        ": found a secret, expected where it stands, such as ${file:/path/to/file:key} or"
            + " ${env:NAME}, with config.providers beside it";
    refused("ssl.truststore.password", "glorb", right);
    refused(
        "sasl.jaas.config",
        "x.PlainLoginModule required username=\"a\" password=\"glorb\";",
        right);
    refused(
        "sasl.jaas.config",
        "x.OAuthBearerLoginModule required clientId=\"a\" clientSecret=\"glorb\";",
        right);
    refused(
        "sasl.jaas.config",
        "x.PlainLoginModule required username=\"${env:USER}\" password=\"glorb${x\";",
        right);
    refused("ssl.keystore.password", "ab${cd", right);
    refused("config.providers.vault.param.token", "glorb", right);
    assertThat(of(Map.of(KEY + "sasl.jaas.config", "x.Krb5LoginModule required;")).properties())
        .hasSize(1);
    assertThat(of(Map.of(KEY + "ssl.truststore.certificates", "-----BEGIN")).properties())
        .hasSize(1);
    assertThat(
            of(Map.of(
                    KEY + "config.providers", "env, file",
                    KEY + "ssl.key.password", "${env:WORD}",
                    KEY + "sasl.jaas.config",
                        "x.ScramLoginModule required tokenauth=true username=\"a\""
                            + " password=\"${file:/a/b:word}\";"))
                .properties())
        .hasSize(3);
  }

  @Test
  void referenceToAProviderThatIsNone_isRefused() {
    refused(
        "ssl.key.password",
        "${vault:word}",
        ": found the configuration provider vault, expected one that config.providers names");
  }

  @Test
  void addresses_haveAnOptionOfTheirOwn() {
    refused(
        "bootstrap.servers",
        "a:1",
        ": has an option of its own, expected sapflow.kafka.bootstrap-servers");
  }

  @Test
  void propertyWithoutItsPrefix_isRefusedWithTheKeyThatIsRight() {
    for (String key :
        new String[] {
          "security.protocol",
          "kafka.security.protocol",
          "properties.security.protocol",
          "sapflow.kafka.security.protocol"
        }) {
      assertThatThrownBy(() -> ConfigFile.of(Map.of(key, "SSL")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              key
                  + ": is a property of Kafka's clients; sapflow.kafka.properties.security.protocol"
                  + " would be right");
    }
    assertThatThrownBy(() -> ConfigFile.of(Map.of("bootstrap.servers", "a:1")))
        .hasMessage(
            "bootstrap.servers: is a property of Kafka's clients; sapflow.kafka.bootstrap-servers"
                + " would be right");
  }

  private static final Map<String, String> BY_TOKEN =
      Map.of(
          KEY + "security.protocol", "SASL_SSL",
          KEY + "sasl.mechanism", "OAUTHBEARER",
          KEY + "sasl.login.callback.handler.class",
              "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler");

  private static Map<String, String> byToken(String property, String value) {
    Map<String, String> all = new TreeMap<>(BY_TOKEN);
    all.put(KEY + property, value);
    return all;
  }

  @Test
  void tokenServer_isNotWaitedForWithoutEnd_unlessTheUserSaysOtherwise() {
    assertThat(of(BY_TOKEN).admin(Map.of()))
        .containsEntry("sasl.login.connect.timeout.ms", "5000")
        .containsEntry("sasl.login.read.timeout.ms", "5000");
    assertThat(of(byToken("sasl.login.read.timeout.ms", "60000")).consumer(Map.of()))
        .containsEntry("sasl.login.read.timeout.ms", "60000");
  }

  @Test
  void whatNoClientKnows_besideKafkasOwnHandler_isRefused() {
    assertThatThrownBy(() -> of(byToken("x.region", "north")))
        .hasMessageStartingWith(KEY + "x.region: no Kafka client knows it");
  }
}
