package io.sapflow.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class FixtureModelsTest {
  @SuppressWarnings("unused") // named by FieldSource
  static final Iterable<String> MODELS = Fixtures.MODELS;

  @ParameterizedTest
  @FieldSource("MODELS")
  void check_fixtureModel_hasExactlyTheExpectedTensors(String name) {
    ModelConfig config = ModelConfig.read(Fixtures.path(name));
    try (ModelFiles files = ModelFiles.open(Fixtures.path(name))) {
      files.check(config);
      assertThat(files.names())
          .containsExactlyInAnyOrderElementsOf(config.expectedTensors().keySet());
    }
  }

  @ParameterizedTest
  @FieldSource("MODELS")
  void read_fixtureAdapter_fillsTheFlatVector(String name) {
    ModelConfig config = ModelConfig.read(Fixtures.path(name));
    int rank = name.equals("f6_mistral") ? 4 : 8;
    LoraLayout layout =
        new LoraLayout(
            config, new LoraSpec(rank, 8, false, EnumSet.of(LoraTarget.V, LoraTarget.Q)));
    try (SafetensorsFile file =
        SafetensorsFile.open(Fixtures.path(name + "/adapter/adapter_model.safetensors"))) {
      float[] flat = layout.read(file);
      assertThat(file.metadata()).containsEntry("format", "pt");
      for (LoraLayout.Slot slot : layout.slots()) {
        assertThat(flat[slot.offset()]).isEqualTo(file.floats(slot.peftName())[0]).isNotZero();
      }
      assertThat(flat).hasSize(layout.size());
    }
  }

  @Test
  void expectedTensors_qwen2_haveBiasAndNoHead() {
    Set<String> names = ModelConfig.read(Fixtures.path("f2_qwen2")).expectedTensors().keySet();
    assertThat(names)
        .startsWith(
            "model.embed_tokens.weight",
            "model.layers.0.input_layernorm.weight",
            "model.layers.0.self_attn.q_proj.weight",
            "model.layers.0.self_attn.k_proj.weight",
            "model.layers.0.self_attn.v_proj.weight",
            "model.layers.0.self_attn.o_proj.weight",
            "model.layers.0.self_attn.q_proj.bias",
            "model.layers.0.self_attn.k_proj.bias",
            "model.layers.0.self_attn.v_proj.bias",
            "model.layers.0.post_attention_layernorm.weight",
            "model.layers.0.mlp.gate_proj.weight",
            "model.layers.0.mlp.up_proj.weight",
            "model.layers.0.mlp.down_proj.weight",
            "model.layers.1.input_layernorm.weight")
        .endsWith("model.norm.weight");
  }
}
