package io.sapflow.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Types on disk, the types a base is held in, and what is refused while it is loaded. */
class HeldTypesTest {

  private static final LoraSpec LORA = new LoraSpec(3, 6, false, EnumSet.allOf(LoraTarget.class));
  private static final int[] PROBED = {1, 2};

  @TempDir Path directory;

  private static String config(String name) {
    return RandomModels.CONFIGS.keySet().stream()
        .filter(key -> key.startsWith(name))
        .map(RandomModels.CONFIGS::get)
        .findFirst()
        .orElseThrow();
  }

  /** What a kernel computes on one batch. */
  private record Numbers(
      float[] logits, double loss, float[] rows, float[] byW, float[] byV, float[] plain) {}

  private static Numbers compute(Path directory, ComputeType held, ComputeType compute) {
    try (BaseModel base = BaseModel.open(directory, held, "cpu");
        Kernel kernel =
            base.kernel(
                LORA,
                new KernelOptions(PROBED, false, 1, compute, compute.precise(), RowLayout.PACKED));
        Tensor w = kernel.weights();
        Tensor v = kernel.hiddenProbe();
        KernelPass pass = kernel.pass()) {
      SplittableRandom random = new SplittableRandom(9);
      w.set(RandomModels.gaussian(random, kernel.layout().size()));
      v.set(RandomModels.gaussian(random, 2 * base.config().hiddenSize()));
      TokenBatch tokens = RandomModels.batch(random, base.config().vocabSize(), 3, 11);
      KernelPass.Loaded batch = pass.load(tokens);
      KernelPass.Gradients found = pass.task(batch, w, v);
      KernelPass.Gradients moved = pass.perturbed(batch, w, v);
      assertThat(moved.loss().item()).isEqualTo(found.loss().item());
      assertThat(moved.rowLosses().toFloats()).isEqualTo(found.rowLosses().toFloats());
      assertThat(Check.relative(moved.byHiddenProbe().toFloats(), found.byHiddenProbe().toFloats()))
          .isLessThan(1e-6);
      return new Numbers(
          pass.logits(tokens, w, v).toFloats(),
          found.loss().item(),
          found.rowLosses().toFloats(),
          found.byWeights().toFloats(),
          found.byHiddenProbe().toFloats(),
          pass.weights(batch, w, v).byWeights().toFloats());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama, one", "llama, tied", "qwen2", "qwen3", "mistral"})
  void bfloat16Base_passesOfTheProbe_areFloat32(String family) throws Exception {
    // Weights that bfloat16 holds exactly: held in either type, they are the same numbers.
    RandomModels.write(directory, config(family), DType.BF16, 3);
    Numbers narrow = compute(directory, ComputeType.BFLOAT16, ComputeType.BFLOAT16);
    Numbers wide = compute(directory, ComputeType.FLOAT32, ComputeType.FLOAT32);
    assertThat(narrow.loss).isCloseTo(wide.loss, within(2e-6));
    assertThat(Check.maxAbs(narrow.rows, wide.rows)).isLessThan(5e-6);
    assertThat(Check.relative(narrow.byW, wide.byW)).isLessThan(5e-6);
    assertThat(Check.relative(narrow.byV, wide.byV)).isLessThan(5e-6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama, one", "llama, tied", "qwen2", "qwen3", "mistral"})
  void bfloat16Base_otherPasses_areBfloat16(String family) throws Exception {
    RandomModels.write(directory, config(family), DType.BF16, 3);
    Numbers narrow = compute(directory, ComputeType.BFLOAT16, ComputeType.BFLOAT16);
    Numbers wide = compute(directory, ComputeType.FLOAT32, ComputeType.FLOAT32);
    assertThat(Check.cosine(narrow.plain, wide.plain)).isGreaterThan(0.95);
    assertThat(Check.relative(narrow.plain, wide.plain)).isGreaterThan(1e-4);
    assertThat(Check.relative(narrow.logits, wide.logits)).isBetween(1e-4, 0.05);
  }

  @ParameterizedTest
  @EnumSource(names = {"F64", "F32", "F16", "BF16"})
  void open_eachTypeOnDisk_givesTheSameNumbersAsItsFloat32Copy(DType type) throws Exception {
    Map<String, float[]> weights = RandomModels.write(directory, config("qwen3"), type, 4);
    Path copy = Files.createDirectory(directory.resolve("copy"));
    Files.copy(directory.resolve("config.json"), copy.resolve("config.json"));
    SafetensorsWriter writer = new SafetensorsWriter();
    ModelConfig.read(directory)
        .expectedTensors()
        .forEach((name, shape) -> writer.add(name, shape, weights.get(name)));
    Files.write(copy.resolve("model.safetensors"), writer.toBytes());
    assertThat(compute(directory, ComputeType.FLOAT32, ComputeType.FLOAT32).logits)
        .isEqualTo(compute(copy, ComputeType.FLOAT32, ComputeType.FLOAT32).logits);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void open_notFiniteWeight_namesFileTensorAndPlace(float value) throws Exception {
    Map<String, float[]> weights = RandomModels.write(directory, config("qwen2"), DType.F32, 5);
    weights.get("model.layers.1.mlp.up_proj.weight")[7] = value;
    SafetensorsWriter writer = new SafetensorsWriter();
    ModelConfig.read(directory)
        .expectedTensors()
        .forEach((name, shape) -> writer.add(name, shape, weights.get(name)));
    Path file = Files.write(directory.resolve("model.safetensors"), writer.toBytes());
    assertThatThrownBy(() -> BaseModel.open(directory, ComputeType.FLOAT32, "cpu"))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            file
                + ": tensor 'model.layers.1.mlp.up_proj.weight' holds "
                + value
                + " at index 7; finite weights would be right");
  }

  @Test
  void open_missingTensor_namesItAndItsShape() throws Exception {
    RandomModels.write(directory, config("qwen2"), DType.F32, 5);
    Files.write(
        directory.resolve("model.safetensors"),
        new SafetensorsWriter().add("x", new long[] {1}, new float[1]).toBytes());
    assertThatThrownBy(() -> BaseModel.open(directory, ComputeType.FLOAT32, "cpu"))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            directory
                + ": tensor 'model.embed_tokens.weight' is missing; config.json asks for it in the"
                + " shape [31, 28]");
  }

  @Test
  void open_tensorLargerThanOnePiece_keepsOrderAndHeapSmall() throws Exception {
    int vocabulary = 3 * BaseLoader.PIECE / 4 / 20 + 7;
    String large =
        config("llama, tied").replace("\"vocab_size\": 29", "\"vocab_size\": " + vocabulary);
    writeCounting(large, vocabulary);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    BaseModel.open(directory, ComputeType.FLOAT32, "cpu").close();
    long before = threads.getCurrentThreadAllocatedBytes();
    try (BaseModel base = BaseModel.open(directory, ComputeType.FLOAT32, "cpu");
        Kernel kernel =
            base.kernel(
                new LoraSpec(1, 1, false, EnumSet.of(LoraTarget.Q)), KernelOptions.inference());
        KernelPass pass = kernel.pass()) {
      // The file has 48 MiB.
      assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(16L << 20);
      float[] embedding = pass.base().get(0).toFloats();
      for (int i = 0; i < embedding.length; i += 1009) {
        assertThat(embedding[i]).isEqualTo(i % 4093);
      }
      assertThat(embedding).hasSize(20 * vocabulary);
    }
  }

  /** Tensors of zeros, but for an embedding whose value at i is i mod 4093. */
  private void writeCounting(String config, int vocabulary) throws Exception {
    Files.writeString(
        directory.resolve("config.json"), "{\"num_hidden_layers\": 1," + config + "}");
    SafetensorsWriter writer = new SafetensorsWriter();
    ModelConfig.read(directory)
        .expectedTensors()
        .forEach(
            (name, shape) -> {
              int size = (int) (shape[0] * (shape.length == 1 ? 1 : shape[1]));
              float[] values = new float[size];
              for (int i = 0; size == 20 * vocabulary && i < size; i++) {
                values[i] = i % 4093;
              }
              writer.add(name, shape, values);
            });
    Files.write(directory.resolve("model.safetensors"), writer.toBytes());
  }

  @Test
  void generate_bfloat16Base_endsAndStaysInTheVocabulary() throws Exception {
    RandomModels.write(directory, config("mistral"), DType.BF16, 6);
    try (BaseModel base = BaseModel.open(directory, ComputeType.BFLOAT16, "cpu");
        Kernel kernel = base.kernel(LORA, KernelOptions.inference().in(ComputeType.BFLOAT16));
        Tensor w = kernel.weights();
        KernelPass pass = kernel.pass()) {
      List<int[]> prompts = List.of(new int[] {3, 4}, new int[] {7});
      List<Generated> once = pass.generate(prompts, 9, Set.of(2, 5), w);
      List<Generated> again = pass.generate(prompts, 9, Set.of(2, 5), w);
      assertThat(once).usingRecursiveComparison().isEqualTo(again);
      for (Generated answer : once) {
        for (int token : answer.tokens()) {
          assertThat(token).isBetween(0, 42);
        }
      }
    }
  }

  @Test
  void write_everyKindOfFloat_isReadAsTheNearest() {
    SplittableRandom random = new SplittableRandom(2);
    for (DType type : List.of(DType.F16, DType.BF16)) {
      ByteBuffer bytes = ByteBuffer.allocate(2);
      for (int i = 0; i < 100_000; i++) {
        float value = Float.intBitsToFloat(random.nextInt());
        if (!Float.isFinite(value) || Math.abs(value) > 60000) {
          continue;
        }
        type.write(value, bytes.clear());
        short bits = bytes.getShort(0);
        double error = Math.abs(type.read(bytes.flip()) - value);
        for (int step : new int[] {-1, 1}) {
          bytes.clear().putShort((short) (bits + step)).flip();
          double other = Math.abs(type.read(bytes) - value);
          assertThat(Double.isNaN(other) || error < other || (error == other && (bits & 1) == 0))
              .as("%s of %s", type, value)
              .isTrue();
        }
      }
    }
  }
}
