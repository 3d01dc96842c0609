package io.sapflow.ops.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.model.Check;
import io.sapflow.model.DType;
import io.sapflow.model.LoraSpec;
import io.sapflow.model.LoraTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerificationTest {

  static final Path FIXTURES = Path.of("../../operators/src/test/resources/fixtures");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "f1_llama",
        "f2_qwen2",
        "f3_llama_rope3_bf16",
        "f4_llama_sharded",
        "f5_qwen3",
        "f6_mistral"
      })
  void model_recordedCases_withinLimits(String fixture) {
    assertAllPass(ModelVerification.run(FIXTURES.resolve(fixture)));
  }

  /** Sizes, ranks, targets and probe layers that no fixture has. */
  static Stream<Arguments> unseen() {
    LoraSpec all = new LoraSpec(3, 6, false, EnumSet.allOf(LoraTarget.class));
    LoraSpec few = new LoraSpec(5, 4, false, EnumSet.of(LoraTarget.K, LoraTarget.DOWN));
    String sizes =
        "\"num_hidden_layers\": 3, \"rms_norm_eps\": 1e-5, \"max_position_embeddings\": 64, ";
    String llama =
        "{\"model_type\": \"llama\", \"vocab_size\": 97, \"hidden_size\": 42, \"intermediate_size\": 31,"
            + " \"num_attention_heads\": 7, \"num_key_value_heads\": 1, "
            + sizes;
    String qwen2 =
        "{\"model_type\": \"qwen2\", \"vocab_size\": 53, \"hidden_size\": 30, \"intermediate_size\": 44,"
            + " \"num_attention_heads\": 3, \"num_key_value_heads\": 3, \"rope_theta\": 1e6, "
            + sizes;
    String qwen3 =
        "{\"model_type\": \"qwen3\", \"vocab_size\": 61, \"hidden_size\": 26, \"intermediate_size\": 37,"
            + " \"num_attention_heads\": 9, \"num_key_value_heads\": 3, \"head_dim\": 10, "
            + sizes;
    String mistral =
        "{\"model_type\": \"mistral\", \"vocab_size\": 71, \"hidden_size\": 24, \"intermediate_size\": 29,"
            + " \"num_attention_heads\": 6, \"num_key_value_heads\": 2, \"sliding_window\": 5, "
            + sizes;
    return Stream.of(
        Arguments.of(llama + "\"tie_word_embeddings\": true}", DType.F32, all, new int[] {2, 0}),
        Arguments.of(qwen2 + "\"tie_word_embeddings\": false}", DType.F16, few, new int[] {1}),
        Arguments.of(qwen3 + "\"tie_word_embeddings\": true}", DType.BF16, all, new int[] {0}),
        Arguments.of(
            mistral + "\"rope_parameters\": {\"rope_theta\": 500.0}}",
            DType.F32,
            few,
            new int[] {0, 1, 2}));
  }

  @ParameterizedTest
  @MethodSource("unseen")
  void model_unseenDirectory_withinLimits(
      String config, DType dtype, LoraSpec lora, int[] hiddenProbeLayers, @TempDir Path temp)
      throws IOException {
    Path directory = temp.resolve("model");
    RecordedModels.write(directory, config, dtype, lora, hiddenProbeLayers, 11);
    assertThat(directory.resolve("model.safetensors.index.json")).exists();
    assertAllPass(ModelVerification.run(directory));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sap_corrected_strong",
        "sap_reference_strong",
        "sft_corrected_batches",
        "sft_reference_batches",
        "sap_corrected",
        "sap_reference"
      })
  void step_recordedTrace_withinLimits(String trace) {
    assertAllPass(TraceVerification.run(FIXTURES.resolve("f1_llama/sap"), trace));
  }

  private static void assertAllPass(List<Check> checks) {
    assertThat(checks).isNotEmpty();
    assertThat(checks.stream().filter(check -> !check.pass())).isEmpty();
  }
}
