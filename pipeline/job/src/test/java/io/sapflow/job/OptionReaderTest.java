package io.sapflow.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.ingest.EnvelopeLimits;
import io.sapflow.ingest.IngestLimits;
import io.sapflow.job.options.Option;
import io.sapflow.job.options.SapflowOptions;
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
        "sapflow.sap.probe-layers | 1;-2 | whole numbers of at least 0, separated by ;",
        "sapflow.model.compute-type | int8 | float32 or bfloat16",
        "sapflow.gate.on-harmful-score | promote | hold, reject, roll_back, pause or quarantine_source",
        "sapflow.lora.targets | lm_head | any of q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj, with ; between them",
        "sapflow.adapter.live-bytes | 0 bytes | at least 1 byte",
        "sapflow.judge.retry-delay | 0 ms | at least 1 ms",
        "sapflow.ingest.max-id-chars | 255 | a whole number from 256 to 4096",
        "sapflow.ingest.max-record-bytes | 1000 | a whole number from 1024 to 8388608",
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
    ConfigOption<?> option = SapflowOptions.all().get(key).config();
    assertThatThrownBy(() -> new JobSettings(new Configuration()).get(option))
        .hasMessage(key + ": is missing, expected " + expected);
  }

  @Test
  void ingest_ofAConfiguration_isWhatItSays() {
    assertThat(new JobSettings(new Configuration()).ingest()).isEqualTo(IngestLimits.DEFAULT);
    assertThat(
            new JobSettings(
                    ConfigFile.of(
                        Map.of(
                            "sapflow.ingest.max-turns", "3",
                            "sapflow.ingest.max-content-chars", "100",
                            "sapflow.ingest.max-id-chars", "300")))
                .ingest())
        .isEqualTo(new IngestLimits(3, 100, 300, 64, 1 << 16, EnvelopeLimits.DEFAULT));
  }

  @Test
  void check_defaults_areFine() {
    new JobSettings(new Configuration()).check();
  }

  @Test
  void expected_everyOption_isOneLine() {
    for (Option<?> option : SapflowOptions.all().values()) {
      assertThat(option.expected()).hasLineCount(1).doesNotEndWith(".");
    }
  }
}
