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
import io.sapflow.model.SafetensorsWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AdapterMergeTest {

  private static final String CONFIG =
      RandomModels.CONFIGS.values().stream().filter(c -> c.contains("qwen3")).findFirst().get();

  private static final String O = "model.layers.0.self_attn.o_proj.weight";

  @TempDir Path temp;

  private static PeftAdapter adapter(ModelConfig config, LoraSpec spec) {
    LoraLayout layout = new LoraLayout(config, spec);
    return new PeftAdapter(
        layout, null, RandomModels.gaussian(new SplittableRandom(1), layout.size()));
  }

  private static void merge(Path model, PeftAdapter adapter, Path out, long shardBytes)
      throws Exception {
    try (ModelFiles files = ModelFiles.open(model)) {
      AdapterMerge.write(files, adapter, out, shardBytes, Set.of());
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
  void write_directoryAsPublished_carriesAllButWeightsAndAdapter() throws Exception {
    Path base = temp.resolve("base");
    RandomModels.write(base, CONFIG, DType.F32, 7);
    List<String> carried =
        List.of(
            "generation_config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.json",
            "merges.txt",
            "tokenizer.model",
            "tokenizer.model.v3",
            "qwen.tiktoken",
            "chat_template.jinja",
            "chat_template.json",
            "additional_chat_templates/tool_use.jinja",
            "LICENSE");
    List<String> left =
        List.of(
            "adapter_config.json",
            "adapter_model.safetensors",
            "pytorch_model.bin",
            "pytorch_model.bin.index.json",
            "model.safetensors.index.json",
            "additional_chat_templates/notes.md",
            "onnx/config.json",
            "README.md");
    for (String name : Stream.concat(carried.stream(), left.stream()).toList()) {
      Files.createDirectories(base.resolve(name).getParent());
      Files.writeString(base.resolve(name), "{\"file\": \"" + name + "\"}");
    }
    Path config = base.resolve("config.json");
    Files.writeString(
        config, Files.readString(config).replaceFirst("}\\s*$", ", \"torch_dtype\": \"float32\"}"));
    LoraSpec spec = new LoraSpec(1, 1, false, EnumSet.of(LoraTarget.O));
    merge(base, adapter(ModelConfig.read(base), spec), temp.resolve("out"), 1 << 20);
    for (String name : carried) {
      assertThat(temp.resolve("out").resolve(name)).hasSameBinaryContentAs(base.resolve(name));
    }
    for (String name : left) {
      assertThat(temp.resolve("out").resolve(name)).doesNotExist();
    }
    assertThat(temp.resolve("out/config.json")).hasSameBinaryContentAs(config);
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

  /** A base whose o of layer 0 holds one value throughout, and an adapter that adds b * a. */
  private PeftAdapter constant(Path base, DType type, double value, float b, float a)
      throws Exception {
    Map<String, float[]> weights = RandomModels.write(base, CONFIG, type, 7);
    ModelConfig config = ModelConfig.read(base);
    SafetensorsWriter writer = new SafetensorsWriter();
    config
        .expectedTensors()
        .forEach(
            (name, shape) -> {
              int size = weights.get(name).length;
              ByteBuffer bytes =
                  ByteBuffer.allocate(size * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
              for (int i = 0; i < size; i++) {
                type.write(name.equals(O) ? value : 0, bytes);
              }
              writer.add(name, shape, type, bytes.flip());
            });
    Files.write(base.resolve("model.safetensors"), writer.toBytes());
    LoraLayout layout = new LoraLayout(config, new LoraSpec(1, 1, false, EnumSet.of(LoraTarget.O)));
    float[] flat = new float[layout.size()];
    for (LoraLayout.Slot slot : layout.slots()) {
      boolean first = slot.peftName().contains("lora_A");
      Arrays.fill(flat, slot.offset(), slot.offset() + slot.elements(), first ? a : b);
    }
    return new PeftAdapter(layout, null, flat);
  }

  /** Sums a hair above the middle of two values, which a step over float would make the middle. */
  @ParameterizedTest
  @CsvSource({"F16, 11, 0x1.004p0", "BF16, 8, 0x1.02p0", "F32, 24, 0x1.000002p0"})
  void write_sumAboveAMiddle_isRoundedUp(DType type, int bits, double expected) throws Exception {
    float b = Math.scalb(1f, -bits);
    PeftAdapter adapter = constant(temp.resolve("base"), type, 1, b, 1 + 0x1p-20f);
    merge(temp.resolve("base"), adapter, temp.resolve("out"), 1 << 20);
    try (ModelFiles merged = ModelFiles.open(temp.resolve("out"))) {
      assertThat(merged.floats(O)).containsOnly((float) expected);
    }
  }

  @Test
  void write_float64_keepsWhatFloatCannotHold() throws Exception {
    PeftAdapter adapter = constant(temp.resolve("base"), DType.F64, 1, 0x1p-40f, 1);
    merge(temp.resolve("base"), adapter, temp.resolve("out"), 1 << 20);
    try (ModelFiles merged = ModelFiles.open(temp.resolve("out"))) {
      assertThat(merged.bytes(O).getDouble()).isEqualTo(1 + 0x1p-40);
    }
  }

  @Test
  void write_baseNotFinite_saysThatTheBaseIs() throws Exception {
    Path base = temp.resolve("base");
    PeftAdapter adapter = constant(base, DType.F32, Double.NaN, 1, 1);
    assertThatThrownBy(() -> merge(base, adapter, temp.resolve("out"), 1 << 20))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            base.resolve("model.safetensors")
                + ": tensor '"
                + O
                + "' holds NaN at index 0; finite weights would be right");
  }
}
