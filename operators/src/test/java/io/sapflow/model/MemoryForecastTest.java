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
    ModelConfig config = ModelConfigReader.read(Path.of("../docs/tinyllama-config.json"), null);
    LoraLayout layout = new LoraLayout(config, LORA);
    MemoryForecast.Batch batch = new MemoryForecast.Batch(10, length, 10 * length / 2, 8);
    double peak = MemoryForecast.of(config, layout, held, 2, batch).peak() >> 20;
    assertThat(peak / measured).isBetween(1 / 1.15, 1.15);
  }

  @Test
  void checkpointBytes_ofAnAdapter_areItsTensorsBytes() {
    ModelConfig config = ModelConfig.read(Fixtures.path("f1_llama"));
    try (BaseModel base = BaseModel.open(Fixtures.path("f1_llama"), ComputeType.FLOAT32, "cpu");
        Kernel kernel = base.kernel(LORA, KernelOptions.training(new int[] {1, 3}, false, 1));
        AdapterState state = AdapterState.fresh(kernel, 0)) {
      long values = state.tensors().values().stream().mapToLong(Tensor::size).sum();
      assertThat(MemoryForecast.checkpointBytes(config, kernel.layout(), 2)).isEqualTo(4 * values);
    }
  }
}
