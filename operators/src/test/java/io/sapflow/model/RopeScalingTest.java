package io.sapflow.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values recorded from the transformers library's formulas, in double precision in Python. */
class RopeScalingTest {

  private static final String SIZES =
      "\"model_type\": \"llama\", \"vocab_size\": 8, \"intermediate_size\": 4,"
          + " \"num_hidden_layers\": 1, \"num_attention_heads\": 1, ";

  @TempDir Path directory;

  private ModelConfig config(String more) throws IOException {
    Files.writeString(
        directory.resolve("config.json"), ("{" + SIZES + more + "}").replace('`', '"'));
    return ModelConfig.read(directory);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "`hidden_size`:16,`rope_theta`:1000000.0,`max_position_embeddings`:32768,`rope_scaling`:{`type`:`yarn`,`factor`:4.0,`original_max_position_embeddings`:32768}"
            + "|1.0 0.17782794100389226 0.03162277660168379 0.004217559938927618 0.0005 4.445698525097307e-05 7.905694150420949e-06 1.4058533129758728e-06|1.138629436111989",
        "`hidden_size`:12,`max_position_embeddings`:512,`rope_parameters`:{`rope_type`:`yarn`,`rope_theta`:500.0,`original_max_position_embeddings`:64,`beta_fast`:6,`beta_slow`:2,`truncate`:false,`mscale`:0.707,`mscale_all_dim`:1.2}"
            + "|1.0 0.2117569283266057 0.015749013123685915 0.005590169943749474 0.00198425131496025 0.0007043172784619601|0.9179561730379721",
        "`hidden_size`:8,`rope_scaling`:{`type`:`linear`,`factor`:2.5}|0.4 0.04 0.004 0.0004|1",
        "`hidden_size`:8,`rope_scaling`:{`rope_type`:`dynamic`,`factor`:2.5}|1.0 0.1 0.01 0.001|1",
      })
  void frequencies_ofEachType_areThoseRecorded(String json, String frequencies, double attention)
      throws IOException {
    ModelConfig config = config(json);
    String[] recorded = frequencies.split(" ");
    assertThat(config.headDim()).isEqualTo(2 * recorded.length);
    for (int i = 0; i < recorded.length; i++) {
      double right = Double.parseDouble(recorded[i]);
      assertThat(ReferenceModel.frequency(config, i)).isCloseTo(right, within(1e-12 * right));
    }
    assertThat(config.ropeScaling().attentionFactor()).isCloseTo(attention, within(1e-14));
  }

  /** The last three reach below and beyond the dimensions, and have no width. */
  @ParameterizedTest
  @CsvSource({
    "128, 1000000, 32768, 32, 1, true, 23, 40",
    "128, 1000000, 32768, 32, 1, false, 23.5959476083381, 39.6508807104171",
    "12, 500, 64, 6, 2, false, 0.5109701587039481, 1.5716442394528534",
    "64, 10000, 4096, 32, 1, true, 10, 23",
    "8, 10000, 64, 32, 1, true, 0, 2",
    "8, 10, 4096, 2, 0.0001, true, 10, 7",
    "12, 500, 64, 6, 6, false, 0.5109701587039481, 0.5119701587039481",
  })
  void band_ofYarn_isThatRecorded(
      int dimensions,
      double theta,
      int original,
      double fast,
      double slow,
      boolean truncate,
      double first,
      double last) {
    RopeScaling yarn = new RopeScaling(RopeScaling.Type.YARN, 4, slow, fast, original, 1, truncate);
    double[] band = yarn.band(dimensions, theta);
    assertThat(band[0]).isCloseTo(first, within(1e-12));
    assertThat(band[1]).isCloseTo(last, within(1e-12));
  }

  @Test
  void attentionFactor_thatIsWritten_counts() throws IOException {
    String yarn = "`hidden_size`:8,`rope_scaling`:{`type`:`yarn`,`factor`:4.0,";
    assertThat(config(yarn + "`attention_factor`:1.5}").ropeScaling().attentionFactor())
        .isEqualTo(1.5);
    assertThat(config(yarn + "`mscale`:0.0,`mscale_all_dim`:0.0}").ropeScaling().attentionFactor())
        .isCloseTo(1.138629436111989, within(1e-14));
    assertThat(config(yarn + "`beta_fast`:null}").ropeScaling().highFreqFactor()).isEqualTo(32);
  }

  @Test
  void dynamic_textBeyondTheContext_isRefusedByName() throws Exception {
    RandomModels.write(directory, RandomModels.SCALED.get("llama, dynamic scaling"), DType.F32, 1);
    LoraSpec lora = new LoraSpec(1, 1, false, Set.of(LoraTarget.Q));
    int[] tokens = new int[513];
    try (BaseModel base = BaseModel.open(directory, ComputeType.FLOAT32, "cpu");
        Kernel kernel = base.kernel(lora, KernelOptions.inference());
        Tensor w = kernel.weights();
        Tensor v = kernel.hiddenProbe();
        KernelPass pass = kernel.pass()) {
      String message =
          "rope_scaling of type dynamic: found a text of 513 tokens, its answer counted, expected at"
              + " most max_position_embeddings = 512, beyond which the frequencies change with the"
              + " length";
      byte[] targets = new byte[513];
      targets[512] = 1;
      TokenBatch batch = TokenBatch.of(List.of(new TokenBatch.Row(tokens, targets)));
      assertThatThrownBy(() -> pass.load(batch)).hasMessage(message);
      assertThatThrownBy(() -> pass.logits(batch, w, v)).hasMessage(message);
      assertThatThrownBy(() -> pass.generate(List.of(new int[500]), 13, Set.of(), w))
          .isInstanceOf(ModelException.class)
          .hasMessage(message);
      assertThat(pass.generate(List.of(new int[500]), 12, Set.of(), w).get(0).ended()).isFalse();
    }
  }
}
