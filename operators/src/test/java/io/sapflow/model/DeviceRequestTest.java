package io.sapflow.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceRequestTest {

  private static String chosen(String setting, int turn, String... indices) {
    return DeviceRequest.of(setting, "gpu", List.of(indices), turn).name();
  }

  @Test
  void nothingGiven_isAsTheSettingSays() {
    for (String setting : List.of("auto", "cpu", "cuda", "cuda:3")) {
      assertThat(chosen(setting, 5)).isEqualTo(setting);
    }
  }

  @Test
  void given_decidesAutoAndCuda_inTurnByTheOrderOfTheIndices() {
    assertThat(chosen("auto", 0, "7")).isEqualTo("cuda:7");
    assertThat(chosen("cuda", 3, "7")).isEqualTo("cuda:7");
    assertThat(List.of(0, 1, 2, 3))
        .map(turn -> chosen("auto", turn, "10", "2", "9"))
        .containsExactly("cuda:2", "cuda:9", "cuda:10", "cuda:2");
  }

  @Test
  void given_saysWhoAskedForTheDevice() {
    assertThat(DeviceRequest.of("auto", "cards", List.of("1"), 0).words())
        .isEqualTo("auto, for which Flink's external resource cards gives cuda:1");
  }

  @Test
  void given_cpuStaysTheCpu() {
    assertThat(chosen("cpu", 0, "7")).isEqualTo("cpu");
  }

  @Test
  void given_anIndexOfTheSettingIsOneOfThem() {
    assertThat(chosen("cuda:2", 0, "0", "2")).isEqualTo("cuda:2");
    assertThatThrownBy(() -> chosen("cuda:1", 0, "2", "0"))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "sapflow.model.device: found cuda:1, but Flink's external resource gpu gives this task"
                + " cuda:0, cuda:2, expected one of these, or cuda, which takes what Flink gives");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GPU-1f2e", "", "-1", "1234"})
  void given_anIndexThatIsNone_isRefused(String index) {
    assertThatThrownBy(() -> chosen("auto", 0, "0", index))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "external-resource.gpu: found a device "
                + (index.isEmpty() ? "without an index" : "with the index " + index)
                + ", expected a number such as 0, which Flink's driver of GPUs gives as the"
                + " property index");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpu:0", "cuda:", "CUDA", "cuda:-1", "mps"})
  void settingThatNamesNoDevice_isRefused(String setting) {
    assertThatThrownBy(() -> DeviceRequest.of(setting))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "sapflow.model.device: found " + setting + ", expected auto, cpu, cuda or cuda:N");
  }
}
