package io.sapflow.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionReaderTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sapflow.lora.rank | many | a whole number from 1 to 65536",
        "sapflow.lora.rank | 0 | a whole number from 1 to 65536",
        "sapflow.tokens.max-length | 1 | a whole number of at least 2",
        "sapflow.batch.rows | 2.5 | a whole number of at least 1",
        "sapflow.train.seed | x | a whole number",
        "sapflow.train.learning-rate | 0 | a number above 0",
        "sapflow.train.learning-rate | Infinity | a number above 0",
        "sapflow.train.learning-rate | NaN | a number above 0",
        "sapflow.sap.replay-share | 1 | a number of at least 0 and below 1",
        "sapflow.gate.harmful-score | 1.01 | a number from 0 to 1",
        "sapflow.lora.rs | maybe | true or false",
        "sapflow.checkpoint.interval | soon | a duration such as 30 s",
        "sapflow.pause.buffer | large | a size such as 64 mb",
        "sapflow.gate.mode | off | enforce or observe",
        "sapflow.sap.probe-layers | 1;two | whole numbers of at least 0, separated by ;",
      })
  void check_valueOfAnotherTypeOrRange_saysWhatIsExpected(
      String key, String value, String expected) {
    JobSettings settings = new JobSettings(ConfigFile.of(Map.of(key, value)));
    assertThatThrownBy(settings::check)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(key + ": found " + value + ", expected " + expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sapflow.model.path | directory of the base model in Hugging Face layout, at the same path on every TaskManager",
        "sapflow.kafka.bootstrap-servers | addresses of the Kafka brokers, host:port, separated by commas",
        "sapflow.adapter.store | directory of the adapter versions, on any file system that Flink knows",
      })
  void get_missing_saysWhatIsExpected(String key, String expected) {
    ConfigOption<?> option = ConfigFile.known().get(key);
    assertThatThrownBy(() -> new JobSettings(new Configuration()).get(option))
        .hasMessage(key + ": is missing, expected " + expected);
  }

  @Test
  void check_defaults_areFine() {
    new JobSettings(new Configuration()).check();
  }

  @Test
  void expected_everyOption_isOneLine() {
    for (ConfigOption<?> option : ConfigFile.known().values()) {
      assertThat(OptionReader.expected(option)).hasLineCount(1).doesNotEndWith(".");
    }
  }
}
