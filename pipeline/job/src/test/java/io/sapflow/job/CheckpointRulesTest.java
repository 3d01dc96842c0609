package io.sapflow.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

class CheckpointRulesTest {

  private static JobSettings settings(Map<String, String> values) {
    return new JobSettings(ConfigFile.of(values));
  }

  private static Duration timeout(Map<String, String> values) {
    Configuration flink = new Configuration();
    CheckpointRules.complete(settings(values), flink);
    return flink.get(CheckpointingOptions.CHECKPOINTING_TIMEOUT);
  }

  @Test
  void timeout_notNamed_endsBeforeTheTransaction() {
    assertThat(timeout(Map.of())).isEqualTo(Duration.ofSeconds(12 * 60 + 30));
    assertThat(timeout(Map.of("sapflow.kafka.transaction-timeout", "10 min")))
        .isEqualTo(Duration.ofSeconds(8 * 60 + 30));
  }

  @Test
  void check_asLongAsTheTransaction_passes() {
    assertThatCode(
            () ->
                settings(
                        Map.of(
                            "sapflow.checkpoint.interval", "4 min",
                            "execution.checkpointing.timeout", "10 min"))
                    .check())
        .doesNotThrowAnyException();
  }

  @Test
  void check_longerThanTheTransaction_isRefused() {
    assertRefused(
        Map.of("execution.checkpointing.timeout", "30 min"),
        "found 14 min, expected at least sapflow.checkpoint.interval (30 s) plus"
            + " execution.checkpointing.timeout (30 min), or output is lost");
    assertRefused(
        Map.of("sapflow.kafka.transaction-timeout", "1 min"),
        "found 1 min, expected at least sapflow.checkpoint.interval (30 s) plus"
            + " execution.checkpointing.timeout (1 min), or output is lost");
  }

  private static void assertRefused(Map<String, String> values, String message) {
    assertThatThrownBy(() -> settings(values).check())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sapflow.kafka.transaction-timeout: " + message);
  }
}
