package io.sapflow.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.model.ComputeType;
import io.sapflow.model.DeviceRequest;
import io.sapflow.model.GenerationMemory;
import io.sapflow.model.ModelConfig;
import io.sapflow.probe.ProbeBatch;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProbeRowsTest {

  private static final long GIB = 1L << 30;

  private static final ModelConfig MODEL =
      ModelConfig.readFile(Path.of("../../docs/tinyllama-config.json"));

  private static JobSettings settings(String... more) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < more.length; i += 2) {
      values.put(more[i], more[i + 1]);
    }
    return new JobSettings(ConfigFile.of(values));
  }

  @Test
  void number_isRowsOfBoth_andAnswersStay() {
    assertThat(ProbeRows.of(settings(), DeviceRequest.of("cpu"), MODEL))
        .isEqualTo(new ProbeBatch(32, 32, false));
    assertThat(ProbeRows.of(settings("sapflow.probe.rows", "96"), DeviceRequest.of("cpu"), MODEL))
        .isEqualTo(new ProbeBatch(96, 96, false));
  }

  @Test
  void auto_goesByShareOfMemory_lengthsAndType() {
    String[] auto = {
      "sapflow.probe.rows", "auto",
      "sapflow.model.compute-type", "bfloat16",
      "sapflow.tokens.max-length", "400",
      "sapflow.probe.answer-tokens", "112",
      "sapflow.probe.memory-share", "0.25"
    };
    JobSettings settings = settings(auto);
    long row = GenerationMemory.row(MODEL, ComputeType.BFLOAT16, 512);
    assertThat(ProbeRows.byMemory(settings, MODEL, 4 * 64 * row))
        .isEqualTo(new ProbeBatch(64, 32, true));
    assertThat(ProbeRows.byMemory(settings, MODEL, 4 * 64 * row - 8).prompts()).isEqualTo(32);
    auto[9] = "0.5";
    assertThat(ProbeRows.byMemory(settings(auto), MODEL, 4 * 64 * row).prompts()).isEqualTo(128);
    auto[5] = "2000";
    assertThat(ProbeRows.byMemory(settings(auto), MODEL, 4 * 64 * row).prompts()).isLessThan(64);
  }

  @Test
  void auto_longerThanTheContext_countsTheContext() {
    JobSettings settings =
        settings("sapflow.probe.rows", "auto", "sapflow.tokens.max-length", "100000");
    JobSettings context = settings("sapflow.probe.rows", "auto");
    assertThat(MODEL.maxPositions()).isEqualTo(2048);
    assertThat(ProbeRows.byMemory(settings, MODEL, 64 * GIB))
        .isEqualTo(ProbeRows.byMemory(context, MODEL, 64 * GIB));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-3", "1.5", "many", "AUTO 3", "99999999999"})
  void anythingElse_isRefusedInWords(String found) {
    assertThatThrownBy(() -> settings("sapflow.probe.rows", found).check())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "sapflow.probe.rows: found "
                + found
                + ", expected a whole number of at least 1, or auto");
  }
}
