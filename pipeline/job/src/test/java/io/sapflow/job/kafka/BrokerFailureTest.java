package io.sapflow.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

class BrokerFailureTest {

  private static String words(Map<String, String> properties, RuntimeException cause) {
    return new BrokerFailure(
            new KafkaClients("127.0.0.1:1", properties),
            new KafkaException("no client", cause),
            Duration.ofSeconds(1))
        .wordsOfNoClient();
  }

  @Test
  void propertyThatKafkaKnows_isNamed_withoutItsValue() {
    assertThat(words(Map.of(), new ConfigException("ssl.key.password", "glorb", "too short")))
        .isEqualTo(
            "sapflow.kafka.properties.ssl.key.password: found a value that Kafka refuses:"
                + " too short");
  }

  @Test
  void propertyOfAHandler_isNamed_andNoWordOfTheHandlerIsQuoted() {
    assertThat(words(Map.of(), new ConfigException("x.api.key", "glorb", "glorb is wrong")))
        .isEqualTo(
            "sapflow.kafka.properties: found a value of x.api.key that is refused, expected one"
                + " that is not");
    assertThat(words(Map.of(), new ConfigException("glorb is no key")))
        .isEqualTo(
            "sapflow.kafka.properties: found properties that are refused, expected those of"
                + " Kafka's clients");
  }

  @Test
  void failureOfAHandler_isToldByItsKind() {
    assertThat(
            words(
                Map.of("sasl.login.callback.handler.class", "x.Handler"),
                new IllegalStateException("glorb is no key")))
        .endsWith("expected those of Kafka's clients (IllegalStateException)");
  }
}
