package io.sapflow.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The pass that tells each row's slope beside the gradient. */
class WeightsAlongTest {

  private static final LoraSpec FEW =
      new LoraSpec(3, 4, false, EnumSet.of(LoraTarget.Q, LoraTarget.V));

  @TempDir private Path directory;

  private static KernelOptions options(ComputeType type) {
    return new KernelOptions(DirectedCase.PROBED, false, 1, type, type.precise(), RowLayout.PACKED);
  }

  private static KernelPass.Along along(DirectedCase c, KernelPass pass) {
    return pass.weightsAlong(pass.load(c.batch()), c.w(), c.v(), c.d());
  }

  /** What is trained is what the plain pass gives, to the last bit. */
  private static void assertPlain(DirectedCase c, KernelPass pass, KernelPass.Along found) {
    KernelPass.Gradients plain = pass.weights(pass.load(c.batch()), c.w(), c.v());
    assertThat(found.task().loss().item()).isEqualTo(plain.loss().item());
    assertThat(found.task().rowLosses().toFloats()).isEqualTo(plain.rowLosses().toFloats());
    assertThat(found.task().byWeights().toDoubles()).isEqualTo(plain.byWeights().toDoubles());
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama, one", "llama, tied", "qwen2", "qwen3", "mistral"})
  void slopes_eachFamily_areTheDerivativeByDefinition(String family) throws Exception {
    Map<String, float[]> weights =
        RandomModels.write(directory, DirectedCase.config(family), DType.F32, 3);
    try (DirectedCase c =
            new DirectedCase(directory, ComputeType.FLOAT32, options(ComputeType.FLOAT64));
        KernelPass pass = c.kernel().pass()) {
      ReferenceModel reference =
          new ReferenceModel(c.base().config(), c.kernel().layout(), DirectedCase.PROBED, weights);
      double[] v = c.v().toDoubles();
      double[] w = c.w().toDoubles();
      double[] up = DirectedCase.along(w, c.d().toDoubles(), DirectedCase.STEP);
      double[] down = DirectedCase.along(w, c.d().toDoubles(), -DirectedCase.STEP);
      KernelPass.Along found = along(c, pass);
      double[] slopes = found.slopes().toDoubles();
      assertThat(slopes).hasSize(DirectedCase.ROWS);
      for (int b = 0; b < slopes.length; b++) {
        TokenBatch.Row row = DirectedCase.row(c.batch(), b);
        double expected = DirectedCase.slope(reference, row, up, down, v);
        assertThat(Math.abs(expected)).as("the test's own premise").isGreaterThan(1e-4);
        assertThat(slopes[b]).as("slope %d", b).isCloseTo(expected, within(1e-6));
      }
      assertPlain(c, pass, found);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT32, PACKED, false",
    "FLOAT32, PADDED, true",
    "FLOAT32, MASKED, false",
    "FLOAT32, EVERYWHERE, true",
    "BFLOAT16, PACKED, true",
    "BFLOAT16, PADDED, false"
  })
  void weightsAlong_typeAndLayout_isThePlainPassWithTheSlopesOfTheDoubleBackward(
      ComputeType type, RowLayout layout, boolean relative) throws Exception {
    RandomModels.write(directory, DirectedCase.config("qwen3"), DType.BF16, 5);
    KernelOptions options = options(type).in(layout).hiddenProbeRelative(relative);
    for (LoraSpec lora : List.of(DirectedCase.LORA, FEW)) {
      try (DirectedCase c = new DirectedCase(directory, type, options, lora);
          KernelPass pass = c.kernel().pass()) {
        KernelPass.Along found = along(c, pass);
        assertPlain(c, pass, found);
        float[] exact = exact(type, layout, relative, lora);
        boolean narrow = type == ComputeType.BFLOAT16;
        assertThat(Check.cosine(found.slopes().toFloats(), exact))
            .isGreaterThan(narrow ? 0.98 : 0.999999);
      }
    }
  }

  private float[] exact(ComputeType type, RowLayout layout, boolean relative, LoraSpec lora) {
    KernelOptions options = options(ComputeType.FLOAT64).in(layout).hiddenProbeRelative(relative);
    try (DirectedCase c = new DirectedCase(directory, type, options, lora);
        KernelPass pass = c.kernel().pass()) {
      return pass.doubleBackward(pass.load(c.batch()), c.w(), c.v(), c.d()).slopes().toFloats();
    }
  }

  @Test
  void slopes_float32_pointAsTheDifferenceOfTheLosses() throws Exception {
    RandomModels.write(directory, DirectedCase.config("llama, tied"), DType.F32, 6);
    try (DirectedCase c =
            new DirectedCase(directory, ComputeType.FLOAT32, options(ComputeType.FLOAT32));
        KernelPass pass = c.kernel().pass()) {
      KernelPass.Along here = along(c, pass);
      KernelPass.Scaled moved = pass.perturb(c.w(), c.d(), 2e-4);
      float[] there =
          pass.perturbed(pass.load(c.batch()), moved.vector(), c.v()).rowLosses().toFloats();
      float[] difference = here.task().rowLosses().toFloats();
      for (int b = 0; b < there.length; b++) {
        difference[b] = (float) ((there[b] - difference[b]) / moved.scalar().item());
      }
      assertThat(Check.cosine(here.slopes().toFloats(), difference)).isGreaterThan(0.999);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"PACKED", "PADDED"})
  void slopes_freshAdapterAndARowWithoutTargets_areThoseOfBAndZero(RowLayout layout)
      throws Exception {
    RandomModels.write(directory, DirectedCase.config("llama, tied"), DType.F32, 6);
    TokenBatch.Row silent = new TokenBatch.Row(new int[] {1, 2, 3}, new byte[3]);
    TokenBatch.Row row = new TokenBatch.Row(new int[] {4, 5, 6, 7}, new byte[] {0, 0, 1, 1});
    try (DirectedCase c =
            new DirectedCase(
                directory, ComputeType.FLOAT32, options(ComputeType.FLOAT32).in(layout));
        KernelPass pass = c.kernel().pass()) {
      c.w().set(c.kernel().initial(3));
      TokenBatch batch = TokenBatch.of(List.of(silent, row));
      KernelPass.Along found = pass.weightsAlong(pass.load(batch), c.w(), c.v(), c.d());
      double[] slopes = found.slopes().toDoubles();
      assertThat(slopes[0]).isZero();
      double[] g = found.task().byWeights().toDoubles();
      double[] d = c.d().toDoubles();
      double dot = 0;
      for (int i = 0; i < d.length; i++) {
        dot += g[i] * d[i];
      }
      assertThat(Math.abs(dot)).as("the test's own premise").isGreaterThan(1e-4);
      assertThat(slopes[1]).isCloseTo(dot, within(1e-5 * Math.abs(dot)));
    }
  }

  @Test
  void weightsAlong_again_givesTheSameBits() throws Exception {
    RandomModels.write(directory, DirectedCase.config("llama, one"), DType.BF16, 6);
    for (ComputeType type : new ComputeType[] {ComputeType.FLOAT32, ComputeType.BFLOAT16}) {
      try (DirectedCase c = new DirectedCase(directory, type, options(type));
          KernelPass pass = c.kernel().pass()) {
        float[] once = along(c, pass).slopes().toFloats();
        assertThat(along(c, pass).slopes().toFloats()).isEqualTo(once);
      }
    }
  }
}
