package io.sapflow.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelArchiveTest {

  private static final LoraSpec LORA =
      new LoraSpec(2, 4, false, Set.of(LoraTarget.Q, LoraTarget.V));
  private static final KernelOptions OPTIONS = KernelOptions.training(new int[] {0, 1}, 1);

  @TempDir private Path temp;

  @Test
  void file_loadedByLibtorchAndGivenWeights_computesTheSameBits() throws IOException {
    Path model = temp.resolve("model");
    RandomModels.write(model, RandomModels.CONFIGS.get("qwen2, untied"), DType.F32, 3);
    ModelConfig config = ModelConfig.read(model);
    Path file =
        Files.write(
            temp.resolve("kernel.pt"),
            KernelArchive.of(config, LORA, OPTIONS, ComputeType.FLOAT32));

    try (BaseModel base = BaseModel.open(model, ComputeType.FLOAT32, "cpu");
        Kernel kernel = base.kernel(LORA, OPTIONS);
        AdapterState state = AdapterState.fresh(kernel, 1);
        KernelPass pass = kernel.pass();
        ModelFiles files = ModelFiles.open(model);
        TorchModule loaded = loaded(file);
        TorchScope scope = loaded.scope()) {
      BaseLoader loader = new BaseLoader(files, loaded, ComputeType.FLOAT32);
      config.expectedTensors().keySet().forEach(loader::load);
      TokenBatch batch =
          TokenBatch.of(List.of(new TokenBatch.Row(new int[] {1, 7, 30, 4}, new byte[4])));

      List<Tensor> inputs =
          List.of(
              scope.ints(batch.ids(), 1, 4),
              scope.ints(batch.mask(), 1, 4),
              state.weights(),
              state.hiddenProbe());
      Tensor logits = loaded.call(scope, "logits", inputs).get(0);

      assertThat(logits.shape()).containsExactly(1, 4, config.vocabSize());
      assertThat(logits.toFloats())
          .containsExactly(pass.logits(batch, state.weights(), state.hiddenProbe()).toFloats());
    }
  }

  /** By libtorch's reader of files, which the job does not use. */
  private static TorchModule loaded(Path file) {
    PtNDManager manager = TorchRuntime.manager(TorchDevice.CPU);
    return new TorchModule(
        manager, JniUtils.loadModule(manager, file, false, new String[0], new String[0], false));
  }

  /** What is written is what the job loads, and no weights with it. */
  @Test
  void archive_ofEqualSizes_hasEqualBytesWhateverTheWeights() throws IOException {
    Map<String, String> configs = RandomModels.CONFIGS;
    String config = configs.get("llama, tied, newer style");
    RandomModels.write(temp.resolve("a"), config, DType.F32, 3);
    RandomModels.write(temp.resolve("b"), config, DType.BF16, 4);
    RandomModels.write(temp.resolve("c"), configs.get("qwen3, wide heads"), DType.F32, 3);

    byte[] archive = archive("a");

    assertThat(archive("b")).isEqualTo(archive);
    assertThat(archive("c")).isNotEqualTo(archive);
  }

  private byte[] archive(String model) {
    return KernelArchive.of(
        ModelConfig.read(temp.resolve(model)), LORA, OPTIONS, ComputeType.FLOAT32);
  }
}
