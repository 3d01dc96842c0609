package io.sapflow.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class KernelOptionsTest {
  @Test
  void defaultProbeLayers_anyDepth_areDistinct() {
    assertThat(KernelOptions.defaultProbeLayers(1)).containsExactly(0);
    assertThat(KernelOptions.defaultProbeLayers(2)).containsExactly(0, 1);
    assertThat(KernelOptions.defaultProbeLayers(3)).containsExactly(0, 1);
    assertThat(KernelOptions.defaultProbeLayers(32)).containsExactly(5, 16);
  }

  @Test
  void training_sameLayerTwice_isRefused() {
    assertThatThrownBy(() -> KernelOptions.training(new int[] {3, 1, 3}, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sapflow.sap.probe-layers: found layer 3 twice, expected each layer once");
  }
}
