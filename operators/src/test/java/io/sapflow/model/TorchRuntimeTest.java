package io.sapflow.model;

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
}
