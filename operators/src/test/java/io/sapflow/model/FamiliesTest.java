package io.sapflow.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sapflow.tokens.EndTokens;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every family, in sizes that no fixture has and with every subset of targets once at least,
 * against plain double arithmetic. In a double-precision kernel nothing but the definition can be
 * right.
 */
class FamiliesTest {

  private static final int[] PROBED = {0, 2};
  private static final int LENGTH = 12;

  @TempDir Path directory;

  static Stream<Arguments> cases() {
    List<Set<LoraTarget>> subsets =
        List.of(
            EnumSet.allOf(LoraTarget.class),
            EnumSet.of(LoraTarget.Q, LoraTarget.V),
            EnumSet.of(LoraTarget.K, LoraTarget.DOWN),
            EnumSet.of(LoraTarget.O, LoraTarget.GATE),
            EnumSet.of(LoraTarget.UP));
    List<Arguments> cases = new ArrayList<>();
    int at = 0;
    for (Map.Entry<String, String> config : RandomModels.CONFIGS.entrySet()) {
      for (int i = 0; i < 3; i++) {
        Set<LoraTarget> targets = subsets.get((at + i) % subsets.size());
        LoraSpec lora = new LoraSpec(1 + 2 * i, 1.5 + i, i == 1, targets);
        cases.add(Arguments.of(config.getKey(), lora, config.getValue(), (long) at));
      }
      at++;
    }
    for (Map.Entry<String, String> config : RandomModels.SCALED.entrySet()) {
      LoraSpec lora = new LoraSpec(2, 3, false, subsets.get(1));
      cases.add(Arguments.of(config.getKey(), lora, config.getValue(), (long) at++));
    }
    return cases.stream();
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("cases")
  void doubleKernel_logitsLossAndGradients_matchTheDefinition(
      String name, LoraSpec lora, String config, long seed) throws Exception {
    Map<String, float[]> weights = RandomModels.write(directory, config, DType.F32, seed);
    try (Case c = new Case(directory, lora, ComputeType.FLOAT64, weights, seed);
        KernelPass pass = c.kernel.pass()) {
      KernelPass.Gradients found = pass.task(pass.load(c.batch), c.w, c.v);
      assertThat(found.loss().item()).isCloseTo(c.loss(c.atW, c.atV), within(1e-6));
      c.assertLogits(pass, 1e-5);
      c.assertGradient(found.byWeights(), c.atW, at -> c.loss(at, c.atV));
      c.assertGradient(found.byHiddenProbe(), c.atV, at -> c.loss(c.atW, at));
      c.assertGradient(
          pass.weights(pass.load(c.batch), c.w, c.v).byWeights(), c.atW, at -> c.loss(at, c.atV));
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("cases")
  void floatKernel_logitsAndGradients_areThoseOfTheDoubleKernel(
      String name, LoraSpec lora, String config, long seed) throws Exception {
    Map<String, float[]> weights = RandomModels.write(directory, config, DType.F32, seed);
    try (Case narrow = new Case(directory, lora, ComputeType.FLOAT32, weights, seed);
        Case wide = new Case(directory, lora, ComputeType.FLOAT64, weights, seed);
        KernelPass pass = narrow.kernel.pass();
        KernelPass widePass = wide.kernel.pass()) {
      narrow.assertLogits(pass, 5e-5);
      KernelPass.Gradients found = pass.task(pass.load(narrow.batch), narrow.w, narrow.v);
      KernelPass.Gradients right = widePass.task(widePass.load(wide.batch), wide.w, wide.v);
      assertThat(found.loss().item()).isCloseTo(right.loss().item(), within(1e-5));
      assertThat(Check.relative(found.byWeights().toFloats(), right.byWeights().toFloats()))
          .isLessThan(2e-5);
      assertThat(Check.relative(found.byHiddenProbe().toFloats(), right.byHiddenProbe().toFloats()))
          .isLessThan(2e-5);
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("cases")
  void generate_promptsOfDifferentLength_areStepByStepArgmaxOfFullForwards(
      String name, LoraSpec lora, String config, long seed) throws Exception {
    Map<String, float[]> weights = RandomModels.write(directory, config, DType.F32, seed);
    SplittableRandom random = new SplittableRandom(seed + 100);
    try (Case c = new Case(directory, lora, ComputeType.FLOAT64, weights, seed);
        KernelPass pass = c.kernel.pass()) {
      List<int[]> prompts = new ArrayList<>();
      for (int length : new int[] {3, 1, 7}) {
        prompts.add(random.ints(length, 0, c.kernel.config().vocabSize()).toArray());
      }
      Set<Integer> ends = EndTokens.read(directory);
      List<Generated> found = pass.generate(prompts, 15, ends, c.w);
      for (int i = 0; i < prompts.size(); i++) {
        assertThat(found.get(i).tokens())
            .isEqualTo(Greedy.answer(c.kernel, c.w, prompts.get(i), 15, ends));
      }
    }
  }

  /** A model, its kernel and reference, an adapter, a probe and a batch. */
  private static final class Case implements AutoCloseable {
    private final BaseModel base;
    private final Kernel kernel;
    private final ReferenceModel reference;
    private final Tensor w;
    private final Tensor v;
    private final double[] atW;
    private final double[] atV;
    private final TokenBatch batch;

    Case(
        Path directory,
        LoraSpec lora,
        ComputeType compute,
        Map<String, float[]> weights,
        long seed) {
      base = BaseModel.open(directory, ComputeType.FLOAT32, "cpu");
      kernel =
          base.kernel(
              lora,
              new KernelOptions(PROBED, false, 1, compute, compute.precise(), RowLayout.PACKED));
      reference = new ReferenceModel(base.config(), kernel.layout(), PROBED, weights);
      SplittableRandom random = new SplittableRandom(seed);
      w = kernel.weights();
      v = kernel.hiddenProbe();
      w.set(RandomModels.gaussian(random, kernel.layout().size()));
      v.set(RandomModels.gaussian(random, PROBED.length * base.config().hiddenSize()));
      atW = w.toDoubles();
      atV = v.toDoubles();
      batch = RandomModels.batch(random, base.config().vocabSize(), 3, LENGTH);
    }

    private int[] row(int b) {
      int[] tokens = new int[LENGTH - 3 * b];
      for (int t = 0; t < tokens.length; t++) {
        tokens[t] = (int) batch.ids()[b * LENGTH + t];
      }
      return tokens;
    }

    double loss(double[] w, double[] v) {
      double sum = 0;
      for (int b = 0; b < 3; b++) {
        byte[] targets = new byte[LENGTH - 3 * b];
        Arrays.fill(targets, 2, targets.length, (byte) 1);
        sum -= reference.logp(new TokenBatch.Row(row(b), targets), w, v);
      }
      return sum / batch.targetCount();
    }

    void assertLogits(KernelPass pass, double limit) {
      double[] found = pass.logits(batch, w, v).toDoubles();
      int vocabulary = kernel.config().vocabSize();
      for (int b = 0; b < 3; b++) {
        double[][] expected = reference.logits(row(b), atW, atV);
        for (int t = 0; t < expected.length; t++) {
          for (int i = 0; i < vocabulary; i++) {
            assertThat(found[(b * LENGTH + t) * vocabulary + i])
                .as("row %d position %d token %d", b, t, i)
                .isCloseTo(expected[t][i], within(limit));
          }
        }
      }
    }

    /** Central differences at a spread of entries. */
    void assertGradient(Tensor found, double[] at, ToDoubleFunction<double[]> loss) {
      double[] gradient = found.toDoubles();
      for (int i = 0; i < at.length; i += Math.max(1, at.length / 23)) {
        double[] up = at.clone();
        double[] down = at.clone();
        up[i] += 1e-5;
        down[i] -= 1e-5;
        double expected = (loss.applyAsDouble(up) - loss.applyAsDouble(down)) / 2e-5;
        assertThat(gradient[i]).as("entry %d", i).isCloseTo(expected, within(1e-6));
      }
    }

    @Override
    public void close() {
      w.close();
      v.close();
      kernel.close();
      base.close();
    }
  }
}
