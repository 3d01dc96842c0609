package io.sapflow.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.model.DType;
import io.sapflow.model.Fixtures;
import io.sapflow.model.LoraLayout;
import io.sapflow.model.LoraSpec;
import io.sapflow.model.LoraTarget;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.ModelException;
import io.sapflow.model.ModelFiles;
import io.sapflow.model.RandomModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AdapterMergeTest {

  private static final String CONFIG =
      RandomModels.CONFIGS.values().stream().filter(c -> c.contains("qwen3")).findFirst().get();

  @TempDir Path temp;

  private static PeftAdapter adapter(ModelConfig config, LoraSpec spec) {
    LoraLayout layout = new LoraLayout(config, spec);
    return new PeftAdapter(
        layout, null, RandomModels.gaussian(new SplittableRandom(1), layout.size()));
  }

  private static void merge(Path model, PeftAdapter adapter, Path out, long shardBytes)
      throws Exception {
    try (ModelFiles files = ModelFiles.open(model)) {
      AdapterMerge.write(files, adapter, out, shardBytes);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16"})
  void write_allTargets_isTheSumRoundedOnce(DType type) throws Exception {
    Map<String, float[]> base = RandomModels.write(temp.resolve("base"), CONFIG, type, 7);
    ModelConfig config = ModelConfig.read(temp.resolve("base"));
    LoraSpec spec = new LoraSpec(3, 2, true, EnumSet.allOf(LoraTarget.class));
    PeftAdapter adapter = adapter(config, spec);
    merge(temp.resolve("base"), adapter, temp.resolve("out"), 1 << 20);
    Map<String, float[]> lora = adapter.layout().unpack(adapter.weights());
    double half = type == DType.F32 ? 0x1p-24 : type == DType.F16 ? 0x1p-11 : 0x1p-8;
    try (ModelFiles merged = ModelFiles.open(temp.resolve("out"))) {
      merged.check(config);
      for (LoraTarget target : LoraTarget.values()) {
        String name = "model.layers.1." + target.path();
        float[] a = lora.get("base_model.model." + name + ".lora_A.weight");
        float[] b = lora.get("base_model.model." + name + ".lora_B.weight");
        float[] found = merged.floats(name + ".weight");
        int in = target.in(config);
        for (int i = 0; i < found.length; i++) {
          double sum = base.get(name + ".weight")[i];
          for (int r = 0; r < 3; r++) {
            sum += spec.scaling() * b[i / in * 3 + r] * a[r * in + i % in];
          }
          assertThat(Math.abs(found[i] - sum)).isLessThanOrEqualTo(Math.abs(sum) * half + 1e-6);
        }
        assertThat(merged.entry(name + ".weight").dtype()).isEqualTo(type);
      }
    }
  }

  @Test
  void write_smallShards_haveAnIndexAndTheOtherTensorsUnchanged() throws Exception {
    Path base = Fixtures.path("f4_llama_sharded");
    PeftAdapter adapter = PeftAdapter.read(base.resolve("adapter"), ModelConfig.read(base));
    merge(base, adapter, temp.resolve("out"), 60_000);
    assertThat(temp.resolve("out/model.safetensors.index.json")).exists();
    assertThat(temp.resolve("out/config.json")).hasSameBinaryContentAs(base.resolve("config.json"));
    try (ModelFiles before = ModelFiles.open(base);
        ModelFiles after = ModelFiles.open(temp.resolve("out"))) {
      assertThat(after.names()).isEqualTo(before.names());
      for (String name : before.names()) {
        boolean adapted = name.contains("q_proj") || name.contains("v_proj");
        assertThat(Arrays.equals(after.floats(name), before.floats(name)))
            .as(name)
            .isEqualTo(!adapted);
      }
    }
    try (var files = Files.list(temp.resolve("out"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".safetensors")).count())
          .isGreaterThan(2);
    }
  }

  @Test
  void write_sumBeyondHalfPrecision_namesTheTensor() throws Exception {
    Path base = temp.resolve("base");
    RandomModels.write(base, CONFIG, DType.F16, 7);
    LoraSpec spec = new LoraSpec(1, 1e7, false, EnumSet.of(LoraTarget.O));
    PeftAdapter adapter = adapter(ModelConfig.read(base), spec);
    assertThatThrownBy(() -> merge(base, adapter, temp.resolve("out"), 1 << 20))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("model.safetensors: tensor 'model.layers.0.self_attn.o_proj.weight'")
        .hasMessageContaining("beyond F16; a base in F32 or BF16 would be right");
  }
}
