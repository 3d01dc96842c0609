package io.sapflow.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The pass that is differentiated twice, against plain double arithmetic and the other passes. */
class DoubleBackwardTest {

  private static final LoraSpec LORA = DirectedCase.LORA;
  private static final int[] PROBED = DirectedCase.PROBED;
  private static final int ROWS = DirectedCase.ROWS;
  private static final double STEP = DirectedCase.STEP;

  @TempDir private Path directory;

  private static KernelPass.Twice twice(DirectedCase c, KernelPass pass) {
    return pass.doubleBackward(pass.load(c.batch()), c.w(), c.v(), c.d());
  }

  private static KernelOptions rows(KernelOptions options, int most) {
    return options.in(PassMemory.WHOLE.rows(most));
  }

  private static KernelOptions options(ComputeType type) {
    return new KernelOptions(PROBED, false, 1, type, type.precise(), RowLayout.PACKED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama, one", "llama, tied", "qwen2", "qwen3", "mistral"})
  void doubleBackward_eachFamily_isTheDerivativeOfTheSlopeByDefinition(String family)
      throws Exception {
    Map<String, float[]> weights =
        RandomModels.write(directory, DirectedCase.config(family), DType.F32, 3);
    // Two rows, then one: the second micro-batch counts as well.
    try (DirectedCase c =
            new DirectedCase(
                directory, ComputeType.FLOAT32, rows(options(ComputeType.FLOAT64), 2));
        KernelPass pass = c.kernel().pass()) {
      ReferenceModel reference =
          new ReferenceModel(c.base().config(), c.kernel().layout(), PROBED, weights);
      double[] v = c.v().toDoubles();
      double[] up = DirectedCase.along(c.w().toDoubles(), c.d().toDoubles(), STEP);
      double[] down = DirectedCase.along(c.w().toDoubles(), c.d().toDoubles(), -STEP);
      KernelPass.Twice found = twice(c, pass);
      double[] slopes = found.slopes().toDoubles();
      for (int b = 0; b < ROWS; b++) {
        double expected =
            DirectedCase.slope(reference, DirectedCase.row(c.batch(), b), up, down, v);
        assertThat(slopes[b]).as("slope %d", b).isCloseTo(expected, within(1e-6));
      }
      double[] h = found.alongDirection().toDoubles();
      double size = Math.sqrt(Arrays.stream(h).map(each -> each * each).sum());
      for (int i = 0; i < h.length; i++) {
        double[] one = new double[h.length];
        one[i] = 1;
        double expected =
            (DirectedCase.slope(reference, c.batch(), up, down, DirectedCase.along(v, one, STEP))
                    - DirectedCase.slope(
                        reference, c.batch(), up, down, DirectedCase.along(v, one, -STEP)))
                / (2 * STEP);
        assertThat(h[i]).as("entry %d", i).isCloseTo(expected, within(2e-6 * size));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PACKED, 1, false",
    "PACKED, 3, true",
    "PADDED, 2, false",
    "MASKED, 1, true",
    "EVERYWHERE, 2, false"
  })
  void doubleBackward_layoutAndMicroBatches_agreeWithTheOtherPasses(
      RowLayout layout, int most, boolean relative) throws Exception {
    RandomModels.write(directory, DirectedCase.config("qwen3"), DType.F32, 5);
    KernelOptions options =
        rows(options(ComputeType.FLOAT64), most).in(layout).hiddenProbeRelative(relative);
    try (DirectedCase c = new DirectedCase(directory, ComputeType.FLOAT32, options);
        KernelPass pass = c.kernel().pass()) {
      KernelPass.Loaded batch = pass.load(c.batch());
      KernelPass.Gradients plain = pass.weights(batch, c.w(), c.v());
      KernelPass.Twice found = twice(c, pass);
      assertThat(found.task().loss().item()).isCloseTo(plain.loss().item(), within(1e-12));
      assertThat(found.task().rowLosses().toFloats()).isEqualTo(plain.rowLosses().toFloats());
      assertThat(Check.relative(found.task().byWeights().toFloats(), plain.byWeights().toFloats()))
          .isLessThan(1e-7);
      KernelPass.Scaled up = pass.perturb(c.w(), c.d(), STEP);
      KernelPass.Scaled down = pass.perturb(c.w(), c.d(), -STEP);
      double[] there = pass.perturbed(batch, up.vector(), c.v()).byHiddenProbe().toDoubles();
      double[] back = pass.perturbed(batch, down.vector(), c.v()).byHiddenProbe().toDoubles();
      float[] expected = new float[there.length];
      for (int i = 0; i < expected.length; i++) {
        expected[i] = (float) ((there[i] - back[i]) / (2 * up.scalar().item()));
      }
      assertThat(Check.relative(found.alongDirection().toFloats(), expected)).isLessThan(1e-5);
      assertThat(pass.descent(up.scalar(), found.alongDirection()).toDoubles()[0])
          .isEqualTo(-up.scalar().item() * found.alongDirection().toDoubles()[0]);
    }
  }

  @Test
  void doubleBackward_again_givesTheSameBits() throws Exception {
    RandomModels.write(directory, DirectedCase.config("llama, one"), DType.BF16, 6);
    for (ComputeType type : new ComputeType[] {ComputeType.FLOAT32, ComputeType.BFLOAT16}) {
      try (DirectedCase c = new DirectedCase(directory, type, rows(options(type), 2));
          KernelPass pass = c.kernel().pass()) {
        KernelPass.Twice once = twice(c, pass);
        KernelPass.Twice again = twice(c, pass);
        assertThat(again.alongDirection().toFloats()).isEqualTo(once.alongDirection().toFloats());
        assertThat(again.task().byWeights().toFloats())
            .isEqualTo(once.task().byWeights().toFloats());
        assertThat(again.slopes().toFloats()).isEqualTo(once.slopes().toFloats());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama, one", "llama, tied", "qwen2", "qwen3", "mistral"})
  void doubleBackward_bfloat16Base_keepsTheDirection(String family) throws Exception {
    // Hidden sizes of 10 to 28, and any direction: wider models round less (docs/sap.md).
    RandomModels.write(directory, DirectedCase.config(family), DType.BF16, 3);
    float[] narrow = alongDirection(ComputeType.BFLOAT16, ComputeType.BFLOAT16);
    float[] exact = alongDirection(ComputeType.BFLOAT16, ComputeType.FLOAT64);
    assertThat(Check.cosine(narrow, exact)).isGreaterThan(0.75);
    assertThat(Check.relative(narrow, exact)).isGreaterThan(1e-4);
  }

  private float[] alongDirection(ComputeType held, ComputeType compute) {
    try (DirectedCase c = new DirectedCase(directory, held, options(compute));
        KernelPass pass = c.kernel().pass()) {
      return twice(c, pass).alongDirection().toFloats();
    }
  }

  @Test
  void cut_rows_fillMicroBatchesUpToBytesAndRows() throws Exception {
    RandomModels.write(directory, DirectedCase.config("llama, one"), DType.F32, 3);
    ModelConfig config = ModelConfig.read(directory);
    Activations activations = new Activations(config, LORA, ComputeType.FLOAT32);
    long[] lengths = {300, 300, 300, 300, 300};
    long[] targets = {4, 3, 2, 1, 0};
    assertThat(twice(activations, PassMemory.WHOLE.rows(2), lengths, targets))
        .containsExactly(2, 600, 7, 2, 600, 3, 1, 300, 0);
    assertThat(twice(activations, PassMemory.WHOLE.tokens(900), lengths, targets))
        .containsExactly(3, 900, 9, 2, 600, 1);
    long[] many = new long[40];
    Arrays.fill(many, 400);
    long[] cut = twice(activations, PassMemory.WHOLE, many, new long[40]);
    long rows = 0;
    for (int i = 0; i < cut.length; i += 3) {
      rows += cut[i];
      assertThat(activations.doubleBackward(cut[i], 400, cut[i + 1], 0))
          .isLessThanOrEqualTo(MicroBatches.bytes(false));
    }
    assertThat(rows).isEqualTo(40);
    assertThat(cut.length).isBetween(6, 39);
    // A row that does not fit goes alone.
    assertThat(twice(activations, PassMemory.WHOLE, new long[] {1 << 14, 1 << 14}, new long[2]))
        .containsExactly(1, 1 << 14, 0, 1, 1 << 14, 0);
  }

  private static long[] twice(
      Activations activations, PassMemory memory, long[] lengths, long[] targets) {
    return MicroBatches.flat(new MicroBatches(activations, memory, false).twice(lengths, targets));
  }

  @ParameterizedTest
  @CsvSource({
    "AUTO, FLOAT32, false, DIFFERENCE",
    "AUTO, FLOAT32, true, DOUBLE_BACKWARD",
    "AUTO, BFLOAT16, false, DOUBLE_BACKWARD",
    "DIFFERENCE, BFLOAT16, true, DIFFERENCE",
    "DOUBLE_BACKWARD, FLOAT32, false, DOUBLE_BACKWARD"
  })
  void auto_baseAndDevice_chooseTheWay(
      ProbeGradient chosen, ComputeType held, boolean gpu, ProbeGradient way) {
    assertThat(chosen.on(held, gpu)).isEqualTo(way);
  }
}
