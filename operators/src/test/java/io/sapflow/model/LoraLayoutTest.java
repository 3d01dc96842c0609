package io.sapflow.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoraLayoutTest {
  private static final ModelConfig BASE = ModelConfig.read(Fixtures.path("f6_mistral"));
  private static final LoraSpec QV = new LoraSpec(4, 8, false, Set.of(LoraTarget.V, LoraTarget.Q));

  @TempDir Path temp;

  @Test
  void slots_allTargets_areInTheFixedOrderWithoutGaps() {
    LoraLayout layout =
        new LoraLayout(BASE, new LoraSpec(2, 8, false, EnumSet.allOf(LoraTarget.class)));
    String layer = "base_model.model.model.layers.0.";
    assertThat(layout.slots().subList(0, 14))
        .extracting(LoraLayout.Slot::toString)
        .containsExactly(
            layer + "self_attn.q_proj.lora_A.weight[2, 48] at 0",
            layer + "self_attn.q_proj.lora_B.weight[64, 2] at 96",
            layer + "self_attn.k_proj.lora_A.weight[2, 48] at 224",
            layer + "self_attn.k_proj.lora_B.weight[32, 2] at 320",
            layer + "self_attn.v_proj.lora_A.weight[2, 48] at 384",
            layer + "self_attn.v_proj.lora_B.weight[32, 2] at 480",
            layer + "self_attn.o_proj.lora_A.weight[2, 64] at 544",
            layer + "self_attn.o_proj.lora_B.weight[48, 2] at 672",
            layer + "mlp.gate_proj.lora_A.weight[2, 48] at 768",
            layer + "mlp.gate_proj.lora_B.weight[52, 2] at 864",
            layer + "mlp.up_proj.lora_A.weight[2, 48] at 968",
            layer + "mlp.up_proj.lora_B.weight[52, 2] at 1064",
            layer + "mlp.down_proj.lora_A.weight[2, 52] at 1168",
            layer + "mlp.down_proj.lora_B.weight[48, 2] at 1272");
    assertThat(layout.slots()).hasSize(4 * 14);
    assertThat(layout.size()).isEqualTo(4 * 1368);
  }

  @Test
  void initial_sameSeed_isUniformInAAndZeroInB() {
    LoraLayout layout = new LoraLayout(BASE, QV);
    float[] flat = layout.initial(7);
    assertThat(flat).isEqualTo(layout.initial(7)).isNotEqualTo(layout.initial(8));
    double bound = 1 / Math.sqrt(48);
    double sumOfSquares = 0;
    int count = 0;
    for (LoraLayout.Slot slot : layout.slots()) {
      for (int i = slot.offset(); i < slot.offset() + slot.elements(); i++) {
        if (slot.peftName().endsWith("lora_B.weight")) {
          assertThat(flat[i]).isZero();
        } else {
          assertThat((double) Math.abs(flat[i])).isLessThanOrEqualTo(bound * 1.0000001);
          sumOfSquares += flat[i] * flat[i];
          count++;
        }
      }
    }
    // A uniform variable in +-b has the variance b^2 / 3.
    assertThat(sumOfSquares / count / (bound * bound / 3)).isBetween(0.9, 1.1);
  }

  @Test
  void read_whatAddToWrote_isEqual() throws IOException {
    LoraLayout layout = new LoraLayout(BASE, QV);
    float[] flat = layout.initial(1);
    Path path = temp.resolve("a.safetensors");
    Files.write(path, layout.addTo(new SafetensorsWriter(), flat).toBytes());
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(layout.read(file)).isEqualTo(flat);
    }
    assertThat(layout.pack("here", layout.unpack(flat))).isEqualTo(flat);
  }

  @Test
  void read_adapterOfAnotherShapeTargetOrDepth_namesTheTensor() {
    try (SafetensorsFile file =
        SafetensorsFile.open(Fixtures.path("f6_mistral/adapter/adapter_model.safetensors"))) {
      LoraLayout rank8 = new LoraLayout(BASE, new LoraSpec(8, 8, false, QV.targets()));
      assertThatThrownBy(() -> rank8.read(file))
          .isInstanceOf(ModelException.class)
          .hasMessageEndingWith(
              "adapter_model.safetensors: tensor"
                  + " 'base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight' has the"
                  + " shape [4, 48]; the base and rank ask for [8, 48]");
      LoraLayout more = new LoraLayout(BASE, new LoraSpec(4, 8, false, Set.of(LoraTarget.UP)));
      assertThatThrownBy(() -> more.read(file))
          .isInstanceOf(ModelException.class)
          .hasMessageEndingWith(
              "tensor 'base_model.model.model.layers.0.mlp.up_proj.lora_A.weight' is missing: the"
                  + " adapter has 4 layers and [UP]");
      LoraLayout fewer = new LoraLayout(BASE, new LoraSpec(4, 8, false, Set.of(LoraTarget.Q)));
      assertThatThrownBy(() -> fewer.read(file))
          .isInstanceOf(ModelException.class)
          .hasMessageEndingWith(
              "tensor 'base_model.model.model.layers.0.self_attn.v_proj.lora_A.weight' is not part"
                  + " of an adapter of 4 layers and [Q]");
    }
  }

  @Test
  void pack_wrongLength_namesTheTensor() {
    LoraLayout layout = new LoraLayout(BASE, QV);
    Map<String, float[]> tensors = new LinkedHashMap<>(layout.unpack(new float[layout.size()]));
    tensors.put(layout.slots().get(1).peftName(), new float[3]);
    assertThatThrownBy(() -> layout.pack("state", tensors))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "state: tensor 'base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight' has 3"
                + " elements; [64, 4] would be right");
  }

  @Test
  void scaling_withAndWithoutRsLora_dividesByRankOrItsRoot() {
    assertThat(QV.scaling()).isEqualTo(2);
    assertThat(new LoraSpec(4, 8, true, QV.targets()).scaling()).isEqualTo(4);
    assertThat(QV.targets()).containsExactly(LoraTarget.Q, LoraTarget.V);
  }

  @Test
  void spec_impossibleValues_areRefused() {
    assertThatThrownBy(() -> new LoraSpec(0, 8, false, QV.targets()))
        .isInstanceOf(ModelException.class)
        .hasMessage("LoRA rank is 0; 1 to 65536 would be right");
    assertThatThrownBy(() -> new LoraSpec(1, Double.NaN, false, QV.targets()))
        .isInstanceOf(ModelException.class)
        .hasMessage("LoRA alpha is NaN; a number above zero would be right");
    assertThatThrownBy(() -> new LoraSpec(1, 1, false, Set.of()))
        .isInstanceOf(ModelException.class)
        .hasMessage("LoRA targets are empty; at least one layer would be right");
  }
}
