package io.sapflow.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import org.junit.jupiter.api.Test;

class TorchRuntimeTest {

  @Test
  void loaded_libtorchThatIsNotThere_saysWhatDjlCameUponInOneLine() {
    assertThatThrownBy(
            () ->
                TorchRuntime.loaded(
                    () -> {
                      throw new EngineException(
                          "Failed to load PyTorch native library",
                          new UnsatisfiedLinkError("no libtorch_cpu.so\nat all"));
                    }))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "libtorch: found none that can be loaded (java.lang.UnsatisfiedLinkError: no"
                + " libtorch_cpu.so), expected DJL's natives of this machine, as"
                + " sapflow-flink-lib.zip holds them");
  }

  @Test
  void missing_natives_nameTheJarAndWhereItGoes() {
    assertThat(TorchRuntime.missingNatives()).isEmpty();
    assertThat(NativesJar.missing("2.7.1", "linux-aarch64", null))
        .isEqualTo(
            "libtorch: found no pytorch-native-cpu-2.7.1-linux-aarch64.jar on the class path, and"
                + " no PYTORCH_LIBRARY_PATH in the environment; expected that jar in lib/ of each"
                + " Flink process before it starts, as sapflow-flink-lib.zip holds it");
    assertThat(NativesJar.missing("2.7.1", "linux-x86_64", "/opt/torch"))
        .contains(
            ", and no libtorch.so in PYTORCH_LIBRARY_PATH, which is /opt/torch; expected that jar");
  }
}
