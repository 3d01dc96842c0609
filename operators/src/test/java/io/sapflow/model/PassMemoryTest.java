package io.sapflow.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Passes that bound the memory they take, against the one that keeps everything at once. */
class PassMemoryTest {

  private static final PassMemory WHOLE = PassMemory.WHOLE;

  @TempDir private Path directory;

  private static KernelOptions options(ComputeType type, ComputeType passes) {
    return new KernelOptions(DirectedCase.PROBED, false, 0.7, type, passes, RowLayout.PACKED);
  }

  private static KernelOptions options(ComputeType type) {
    return options(type, type.precise());
  }

  /** What every pass of a step gives. */
  private static List<double[]> numbers(DirectedCase c, TokenBatch batch, int pairs) {
    try (KernelPass pass = c.kernel().pass()) {
      KernelPass.Loaded loaded = pass.load(batch);
      KernelPass.Gradients plain = pass.weights(loaded, c.w(), c.v());
      KernelPass.Along along = pass.weightsAlong(loaded, c.w(), c.v(), c.d());
      KernelPass.Gradients task = pass.task(loaded, c.w(), c.v());
      KernelPass.Gradients perturbed = pass.perturbed(loaded, c.w(), c.v());
      KernelPass.Safety safety = pass.safety(loaded, pairs, c.w(), c.v());
      return List.of(
          plain.loss().toDoubles(),
          plain.rowLosses().toDoubles(),
          plain.byWeights().toDoubles(),
          along.task().loss().toDoubles(),
          along.task().byWeights().toDoubles(),
          along.slopes().toDoubles(),
          task.loss().toDoubles(),
          task.rowLosses().toDoubles(),
          task.byWeights().toDoubles(),
          task.byHiddenProbe().toDoubles(),
          perturbed.byHiddenProbe().toDoubles(),
          safety.loss().toDoubles(),
          safety.logp().toDoubles(),
          safety.byWeights().toDoubles());
    }
  }

  /** Rows of different lengths, as many as two for each pair. */
  private static TokenBatch batch(DirectedCase c, int rows) {
    SplittableRandom random = new SplittableRandom(5);
    int vocabulary = c.base().config().vocabSize();
    return TokenBatch.of(
        IntStream.range(0, rows)
            .mapToObj(
                i -> {
                  int[] tokens = random.ints(4 + 3 * (i % 4), 0, vocabulary).toArray();
                  byte[] targets = new byte[tokens.length];
                  Arrays.fill(targets, 1 + i % 3, tokens.length, (byte) 1);
                  return new TokenBatch.Row(tokens, targets);
                })
            .toList());
  }

  private List<double[]> numbers(KernelOptions options, ComputeType held, int pairs) {
    try (DirectedCase c = new DirectedCase(directory, held, options)) {
      return numbers(c, batch(c, 2 * pairs), pairs);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama, one", "llama, tied", "qwen2", "qwen3", "mistral"})
  void checkpointed_eachFamily_givesTheBitsOfTheWholePass(String family) throws Exception {
    RandomModels.write(directory, DirectedCase.config(family), DType.BF16, 3);
    for (ComputeType type : new ComputeType[] {ComputeType.FLOAT32, ComputeType.BFLOAT16}) {
      for (boolean relative : new boolean[] {false, true}) {
        KernelOptions options = options(type).hiddenProbeRelative(relative);
        assertSameBits(
            numbers(options.in(WHOLE.checkpointed(true)), type, 3), numbers(options, type, 3));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PADDED", "MASKED", "EVERYWHERE"})
  void checkpointed_layout_givesTheBitsOfTheWholePass(RowLayout layout) throws Exception {
    RandomModels.write(directory, DirectedCase.config("qwen3"), DType.F32, 3);
    KernelOptions options = options(ComputeType.FLOAT32).in(layout);
    assertSameBits(
        numbers(options.in(WHOLE.checkpointed(true)), ComputeType.FLOAT32, 2),
        numbers(options, ComputeType.FLOAT32, 2));
  }

  private static void assertSameBits(List<double[]> found, List<double[]> expected) {
    for (int i = 0; i < expected.size(); i++) {
      assertThat(found.get(i)).as("result %d", i).isEqualTo(expected.get(i));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'llama, tied', 1, false",
    "qwen2, 15, false",
    "qwen3, 24, true",
    "mistral, 30, false"
  })
  void microBatches_ofTokens_addUpToTheWholePassAndRepeatTheirBits(
      String family, int tokens, boolean checkpointed) throws Exception {
    RandomModels.write(directory, DirectedCase.config(family), DType.F32, 3);
    KernelOptions options = options(ComputeType.FLOAT32);
    KernelOptions cut = options.in(WHOLE.tokens(tokens).checkpointed(checkpointed));
    List<double[]> whole = numbers(options, ComputeType.FLOAT32, 4);
    List<double[]> found = numbers(cut, ComputeType.FLOAT32, 4);
    boolean differs = false;
    for (int i = 0; i < whole.size(); i++) {
      assertThat(Check.relative(floats(found.get(i)), floats(whole.get(i))))
          .as("result %d", i)
          .isLessThan(1e-5);
      differs |= !Arrays.equals(found.get(i), whole.get(i));
    }
    assertThat(differs).as("the test's own premise: it is cut").isTrue();
    assertSameBits(numbers(cut, ComputeType.FLOAT32, 4), found);
  }

  private static float[] floats(double[] values) {
    float[] narrow = new float[values.length];
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = (float) values[i];
    }
    return narrow;
  }

  @Test
  void microBatches_float64_addUpExactlyAndOfTheDoubleBackwardToo() throws Exception {
    RandomModels.write(directory, DirectedCase.config("llama, one"), DType.F32, 3);
    KernelOptions options = options(ComputeType.FLOAT64);
    List<double[]> whole = numbers(options, ComputeType.FLOAT32, 3);
    List<double[]> found = numbers(options.in(WHOLE.tokens(12)), ComputeType.FLOAT32, 3);
    assertClose(found, whole);
    assertClose(twice(options.in(WHOLE.tokens(12))), twice(options));
  }

  private List<double[]> twice(KernelOptions options) {
    try (DirectedCase c = new DirectedCase(directory, ComputeType.FLOAT32, options);
        KernelPass pass = c.kernel().pass()) {
      KernelPass.Loaded batch = pass.load(batch(c, 6));
      KernelPass.Twice found = pass.doubleBackward(batch, c.w(), c.v(), c.d());
      return List.of(
          found.task().byWeights().toDoubles(),
          found.alongDirection().toDoubles(),
          found.slopes().toDoubles());
    }
  }

  private static void assertClose(List<double[]> found, List<double[]> whole) {
    for (int i = 0; i < whole.size(); i++) {
      for (int j = 0; j < whole.get(i).length; j++) {
        assertThat(found.get(i)[j]).isCloseTo(whole.get(i)[j], within(1e-12));
      }
    }
  }

  @Test
  void once_rows_areCutInTheirOrderUpToTheTokens() throws Exception {
    RandomModels.write(directory, DirectedCase.config("llama, one"), DType.F32, 3);
    Activations activations =
        new Activations(ModelConfig.read(directory), DirectedCase.LORA, ComputeType.FLOAT32);
    MicroBatches cuts = new MicroBatches(activations, WHOLE.tokens(10), false);
    assertThat(cuts.once(new long[] {4, 6, 3, 40, 2, 2}, new long[] {1, 2, 1, 7, 1, 1}))
        .containsExactly(cut(2, 10, 3), cut(1, 3, 1), cut(1, 40, 7), cut(2, 4, 2));
    // Rows without a target stay with one that has some.
    assertThat(cuts.once(new long[] {8, 8, 8, 8}, new long[] {0, 1, 1, 0}))
        .containsExactly(cut(2, 16, 1), cut(2, 16, 1));
    assertThat(new MicroBatches(activations, WHOLE, false).once(new long[] {400, 500}, new long[2]))
        .containsExactly(cut(2, 900, 0));
  }

  private static MicroBatches.Cut cut(int rows, long tokens, long targets) {
    return new MicroBatches.Cut(rows, tokens, targets);
  }

  @Test
  void tokens_none_areRefused() {
    assertThatThrownBy(() -> WHOLE.tokens(0))
        .hasMessageStartingWith("a micro-batch of 2147483647 rows and 0 tokens, expected 1");
  }
}
