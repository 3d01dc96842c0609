package io.sapflow.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenerationMemoryTest {

  /** TinyLlama's: 22 layers, hidden 2048, wide 5632, 32 query heads and 4 of keys, D = 64. */
  private static final ModelConfig TINY_LLAMA =
      ModelConfig.readFile(Path.of("../docs/tinyllama-config.json"));

  @Test
  void row_ofTinyLlama_isItsCachesAndWhatItsPromptTakes() {
    long caches = 2L * 22 * 4 * 64 * 1000 * 2;
    long repeated = 2L * 2048 * 1000 * 2;
    long beside = (6L * 2048 + 3L * 5632 + 2L * 2048) * 1000 * 2;
    long mask = (2L + 2) * 1000 * 1000;
    assertThat(GenerationMemory.row(TINY_LLAMA, ComputeType.BFLOAT16, 1000))
        .isEqualTo(caches + repeated + beside + mask + 4L * 32000);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 1", "1.99, 1", "2, 2", "31.9, 16", "32, 32", "100, 64", "100000, 512"})
  void rows_areThePowerOfTwoThatFits(double fitting, int rows) {
    long row = GenerationMemory.row(TINY_LLAMA, ComputeType.BFLOAT16, 300);
    assertThat(
            GenerationMemory.rows(
                TINY_LLAMA, ComputeType.BFLOAT16, 300, (long) Math.ceil(fitting * row)))
        .isEqualTo(rows);
  }
}
