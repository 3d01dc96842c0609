package io.sapflow.pipeline.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.model.Check;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerificationTest {

  static final Path FIXTURES = Path.of("../operators/src/test/resources/fixtures");

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
