package io.sapflow.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class MemoryForecastTest {
  @SuppressWarnings("unused") // named by FieldSource
  static final Iterable<String> MODELS = Fixtures.MODELS;

  private static final LoraSpec LORA =
      new LoraSpec(8, 16, false, EnumSet.of(LoraTarget.Q, LoraTarget.V));

  @ParameterizedTest
  @FieldSource("MODELS")
  void parameters_fixture_areAsItsManifestSays(String name) throws Exception {
    Path manifest = Fixtures.path(name + "/manifest.json");
    assertThat(MemoryForecast.parameters(ModelConfig.read(Fixtures.path(name))))
        .isEqualTo(
            new ObjectMapper().readTree(manifest.toFile()).get("num_parameters").longValue());
  }

  // Peaks measured on 25 November 2026, see docs/models.md: MiB of a model of TinyLlama's shape.
  @ParameterizedTest
  @CsvSource({
    "BFLOAT16, 32, 4013",
    "FLOAT32, 32, 6555",
    "FLOAT32, 16, 5675",
    "BFLOAT16, 128, 7696"
  })
  void of_tinyLlamaShape_isWithinFifteenPercentOfWhatWasMeasured(
      ComputeType held, int length, long measured) {
    ModelConfig config = ModelConfigReader.read(Path.of("../docs/tinyllama-config.json"));
    LoraLayout layout = new LoraLayout(config, LORA);
    MemoryForecast.Batch batch = new MemoryForecast.Batch(10, length, 10 * length / 2, 8);
    double peak = of(config, layout, held, batch, ProbeGradient.DIFFERENCE).peak() >> 20;
    assertThat(peak / measured).isBetween(1 / 1.15, 1.15);
  }

  // Measured on 25 November 2026, see docs/models.md: 16 rows of 1024 tokens in the largest pass.
  @ParameterizedTest
  @CsvSource({
    "FLOAT32, 4096, 3067",
    "FLOAT32, 64, 3625",
    "BFLOAT16, 4096, 2142",
    "BFLOAT16, 64, 2434"
  })
  void of_rowsBeyondTheWindow_countsTheMask(ComputeType held, int window, long measured) {
    double peak = windowed(held, window, 1024).peak() >> 20;
    assertThat(peak / measured).isBetween(1 / 1.08, 1.08);
  }

  @Test
  void of_rowsBeyondTheWindow_needAMaskInEveryLayer() {
    long without = windowed(ComputeType.FLOAT32, 1024, 1024).activations();
    long with = windowed(ComputeType.FLOAT32, 1023, 1024).activations();
    // Floats in 8 layers, and twice a byte, for 16 rows of 1024 by 1024.
    assertThat(with - without).isEqualTo((8 * 4 + 2) * (16L << 20));
  }

  private static MemoryForecast windowed(ComputeType held, int window, int length) {
    ModelConfig config =
        new ModelConfig(
            "mistral",
            1000,
            256,
            512,
            8,
            4,
            2,
            64,
            1e-5,
            1e4,
            null,
            4096,
            window,
            false,
            false,
            false,
            null,
            null,
            "bfloat16");
    MemoryForecast.Batch batch = new MemoryForecast.Batch(10, length, 10 * length / 2, 8);
    return of(config, new LoraLayout(config, LORA), held, batch, ProbeGradient.DIFFERENCE);
  }

  private static MemoryForecast of(
      ModelConfig config,
      LoraLayout layout,
      ComputeType held,
      MemoryForecast.Batch batch,
      ProbeGradient way) {
    return MemoryForecast.of(config, layout, held, 2, batch, way, PassMemory.WHOLE, false);
  }

  @Test
  void checkpointBytes_ofAnAdapter_areItsTensorsBytes() {
    ModelConfig config = ModelConfig.read(Fixtures.path("f1_llama"));
    try (BaseModel base = BaseModel.open(Fixtures.path("f1_llama"), ComputeType.FLOAT32, "cpu");
        Kernel kernel = base.kernel(LORA, KernelOptions.training(new int[] {1, 3}, 1));
        AdapterState state = AdapterState.fresh(kernel, 0)) {
      long values = state.tensors().values().stream().mapToLong(Tensor::size).sum();
      assertThat(MemoryForecast.checkpointBytes(config, kernel.layout(), 2)).isEqualTo(4 * values);
    }
  }
}
