package io.sapflow.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class DevicesTest {

  private static final DeviceRequest GIVEN = DeviceRequest.of("auto", "gpu", List.of("2"), 0);

  /** No machine has a thousand of them. */
  @Test
  void find_deviceThatIsNotThere_saysWhoAskedWhatIsThereAndWhatWouldBeRight() {
    assertThatThrownBy(() -> Devices.find(DeviceRequest.of("cuda:999")))
        .isInstanceOf(ModelException.class)
        .hasMessageMatching(
            "sapflow\\.model\\.device: found cuda:999, where libtorch \\S+ \\(\\w+, /\\S+\\) has"
                + " \\d+ CUDA devices.*, expected .+");
  }

  @Test
  void find_cpu_isThere() {
    assertThat(Devices.find(DeviceRequest.of("cpu")).isGpu()).isFalse();
  }

  @Test
  void refusal_tellsNoGpuFromAGpuThatLibtorchCannotUseFromTooFew() {
    String asked =
        "sapflow.model.device: found auto, for which Flink's external resource gpu gives cuda:2,"
            + " where libtorch 2.7.1 (cpu) has ";
    String machine =
        ", expected a machine with this GPU and a libtorch with CUDA (PYTORCH_LIBRARY_PATH,"
            + " PYTORCH_VERSION, PYTORCH_FLAVOR), or cpu";
    assertThat(Devices.refusal(GIVEN, 0, 0, "libtorch 2.7.1 (cpu)"))
        .isEqualTo(asked + "0 CUDA devices" + machine);
    assertThat(Devices.refusal(GIVEN, 4, 0, "libtorch 2.7.1 (cpu)"))
        .isEqualTo(asked + "4 CUDA devices that it cannot use" + machine);
    assertThat(Devices.refusal(GIVEN, 2, 2, "libtorch 2.7.1 (cpu)"))
        .isEqualTo(asked + "2 CUDA devices, the last of them cuda:1, expected one of them");
  }

  @Test
  void flavor_isThatOfTheDirectory_elseOfWhoBroughtIt() {
    assertThat(Devices.flavor("2.7.1-cpu-linux-x86_64", null)).isEqualTo("cpu");
    assertThat(Devices.flavor("2.7.1-cu128-linux-x86_64", "cpu")).isEqualTo("cu128");
    assertThat(Devices.flavor("2.7.1-cpu-precxx11-linux-x86_64", null)).isEqualTo("cpu");
    assertThat(Devices.flavor("lib", "cu128")).isEqualTo("cu128");
    assertThat(Devices.flavor("lib", null)).isEqualTo("of no known flavor");
  }

  @Test
  void memory_ofTheCpu_isAllThatTheProcessMayUse() {
    DeviceMemory memory = DeviceMemory.of(DeviceRequest.of("cpu"));
    assertThat(memory.gpu()).isFalse();
    assertThat(memory.total()).isGreaterThan(Runtime.getRuntime().totalMemory());
    assertThat(memory.free()).isEqualTo(memory.total());
    assertThat(memory.words()).matches("cpu with [\\d,.]+ MiB");
    assertThat(new DeviceMemory(true, "cuda:1", 3L << 30, 5L << 20).words())
        .matches("cuda:1 with 5 MiB free of 3.072 MiB");
  }
}
