package io.sapflow.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each method of the kernel against plain double arithmetic, on a model of a few hundred
 * parameters.
 */
class KernelTest {

  private static final double SMALL = 1e-5;
  private static final int[] PROBED = {0, 1};

  @TempDir static Path directory;

  private static BaseModel base;
  private static Kernel kernel;
  private static ReferenceModel reference;
  private static double[] w;
  private static double[] v;
  private static double[] d;

  private static final List<TokenBatch.Row> ROWS =
      List.of(
          new TokenBatch.Row(new int[] {1, 4, 7, 3, 9}, new byte[] {0, 0, 1, 1, 1}),
          new TokenBatch.Row(new int[] {2, 8, 5}, new byte[] {0, 1, 1}),
          new TokenBatch.Row(new int[] {6, 6, 10, 1}, new byte[] {0, 0, 0, 1}),
          new TokenBatch.Row(new int[] {3, 2, 4, 4, 5, 7}, new byte[] {0, 0, 0, 1, 0, 1}));

  @BeforeAll
  static void open() throws IOException {
    Files.writeString(
        directory.resolve("config.json"),
        """
        {"model_type": "llama", "vocab_size": 11, "hidden_size": 8, "intermediate_size": 12, "num_hidden_layers": 2,
         "num_attention_heads": 2, "num_key_value_heads": 1, "rms_norm_eps": 1e-5, "rope_theta": 100.0,
         "max_position_embeddings": 64, "tie_word_embeddings": true, "hidden_act": "silu", "eos_token_id": 2,
         "torch_dtype": "float32"}
        """);
    SplittableRandom random = new SplittableRandom(5);
    Map<String, float[]> weights = new LinkedHashMap<>();
    SafetensorsWriter writer = new SafetensorsWriter();
    ModelConfig config = ModelConfig.read(directory);
    config
        .expectedTensors()
        .forEach(
            (name, shape) -> {
              float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) (random.nextGaussian() * 0.5);
              }
              weights.put(name, values);
              writer.add(name, shape, values);
            });
    try (OutputStream out = Files.newOutputStream(directory.resolve("model.safetensors"))) {
      writer.writeTo(out);
    }
    base = BaseModel.open(directory, ComputeType.FLOAT32, "cpu");
    kernel =
        base.kernel(
            new LoraSpec(2, 3, false, Set.of(LoraTarget.Q, LoraTarget.V)),
            KernelOptions.training(PROBED, 2));
    reference = new ReferenceModel(config, kernel.layout(), PROBED, weights);
    w = gaussian(random, kernel.layout().size());
    v = gaussian(random, PROBED.length * config.hiddenSize());
    d = gaussian(random, kernel.layout().size());
  }

  @AfterAll
  static void close() {
    kernel.close();
    base.close();
  }

  private static double[] gaussian(SplittableRandom random, int n) {
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      // Rounded to float32: both sides shall start from the same numbers.
      values[i] = (float) (random.nextGaussian() * 0.3);
    }
    return values;
  }

  private static Tensor weights(double[] values) {
    Tensor tensor = kernel.weights();
    tensor.set(narrow(values));
    return tensor;
  }

  private static Tensor probe(double[] values) {
    Tensor tensor = kernel.hiddenProbe();
    tensor.set(narrow(values));
    return tensor;
  }

  private static float[] narrow(double[] values) {
    float[] narrow = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      narrow[i] = (float) values[i];
    }
    return narrow;
  }

  private static double meanLoss(double[] atW, double[] atV) {
    double sum = 0;
    int targets = 0;
    for (TokenBatch.Row row : ROWS) {
      sum -= reference.logp(row, atW, atV);
      targets += row.targetCount();
    }
    return sum / targets;
  }

  private static double safetyLoss(double[] atW) {
    double sum = 0;
    for (int i = 0; i < 2; i++) {
      double margin = reference.logp(ROWS.get(i), atW, v) - reference.logp(ROWS.get(i + 2), atW, v);
      sum += Math.log1p(Math.exp(-margin / 2));
    }
    return sum / 2;
  }

  /** Central differences at a spread of entries. */
  private static void assertGradient(float[] found, double[] at, ToDoubleFunction<double[]> loss) {
    double size = Math.sqrt(Arrays.stream(widen(found)).map(g -> g * g).sum());
    for (int i = 0; i < at.length; i += 3) {
      double[] up = at.clone();
      double[] down = at.clone();
      up[i] += 1e-5;
      down[i] -= 1e-5;
      double expected = (loss.applyAsDouble(up) - loss.applyAsDouble(down)) / 2e-5;
      assertThat((double) found[i])
          .as("entry %d", i)
          .isCloseTo(expected, within(1e-5 * Math.max(1, size)));
    }
  }

  private static double[] widen(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  @Test
  void logits_everyPosition_matchTheDefinition() {
    try (KernelPass pass = kernel.pass();
        Tensor tw = weights(w);
        Tensor tv = probe(v)) {
      float[] found = pass.logits(TokenBatch.of(ROWS.subList(0, 1)), tw, tv).toFloats();
      double[][] expected = reference.logits(ROWS.get(0).tokens(), w, v);
      for (int i = 0; i < found.length; i++) {
        assertThat((double) found[i]).isCloseTo(expected[i / 11][i % 11], within(SMALL));
      }
    }
  }

  @Test
  void task_lossRowsAndGradients_matchTheDefinition() {
    try (KernelPass pass = kernel.pass();
        Tensor tw = weights(w);
        Tensor tv = probe(v)) {
      KernelPass.Gradients found = pass.task(pass.load(TokenBatch.of(ROWS)), tw, tv);
      assertThat(found.loss().item()).isCloseTo(meanLoss(w, v), within(SMALL));
      for (int i = 0; i < ROWS.size(); i++) {
        double mean = -reference.logp(ROWS.get(i), w, v) / ROWS.get(i).targetCount();
        assertThat((double) found.rowLosses().toFloats()[i]).isCloseTo(mean, within(SMALL));
      }
      assertGradient(found.byWeights().toFloats(), w, at -> meanLoss(at, v));
      assertGradient(found.byHiddenProbe().toFloats(), v, at -> meanLoss(w, at));
    }
  }

  @Test
  void weightsAndPerturbed_eachGradient_isThatOfTask() {
    try (KernelPass pass = kernel.pass();
        Tensor tw = weights(w);
        Tensor tv = probe(v)) {
      KernelPass.Loaded batch = pass.load(TokenBatch.of(ROWS));
      KernelPass.Gradients both = pass.task(batch, tw, tv);
      assertThat(pass.weights(batch, tw, tv).byWeights().toFloats())
          .isEqualTo(both.byWeights().toFloats());
      assertThat(pass.perturbed(batch, tw, tv).byHiddenProbe().toFloats())
          .usingComparatorWithPrecision(1e-6f)
          .containsExactly(both.byHiddenProbe().toFloats());
    }
  }

  @Test
  void safety_lossAndGradient_matchTheDefinition() {
    try (KernelPass pass = kernel.pass();
        Tensor tw = weights(w);
        Tensor tv = probe(v)) {
      KernelPass.Safety found = pass.safety(pass.load(TokenBatch.of(ROWS)), 2, tw, tv);
      assertThat(found.loss().item()).isCloseTo(safetyLoss(w), within(SMALL));
      assertGradient(found.byWeights().toFloats(), w, KernelTest::safetyLoss);
    }
  }

  @Test
  void score_rows_areSumsWithoutProbe() {
    try (KernelPass pass = kernel.pass();
        Tensor tw = weights(w)) {
      float[] found = pass.score(pass.load(TokenBatch.of(ROWS)), tw).toFloats();
      for (int i = 0; i < ROWS.size(); i++) {
        double expected = reference.logp(ROWS.get(i), w, new double[v.length]);
        assertThat((double) found[i]).isCloseTo(expected, within(5e-5));
      }
    }
  }

  @Test
  void generate_promptsOfDifferentLength_matchStepByStepArgmax() {
    List<int[]> prompts = List.of(new int[] {1, 4, 7}, new int[] {9}, new int[] {3, 3, 5, 8, 10});
    try (KernelPass pass = kernel.pass();
        Tensor tw = weights(w)) {
      List<Generated> found = pass.generate(prompts, 12, Set.of(2), tw);
      for (int i = 0; i < prompts.size(); i++) {
        int[] right = greedy(prompts.get(i), 12);
        assertThat(found.get(i).tokens()).isEqualTo(right);
        assertThat(found.get(i).ended()).isEqualTo(right.length < 12);
      }
    }
  }

  private static int[] greedy(int[] prompt, int room) {
    int[] tokens = prompt;
    while (tokens.length < prompt.length + room) {
      double[][] logits = reference.logits(tokens, w, new double[v.length]);
      double[] last = logits[logits.length - 1];
      int best = 0;
      for (int i = 1; i < last.length; i++) {
        best = last[i] > last[best] ? i : best;
      }
      if (best == 2) {
        break;
      }
      tokens = Arrays.copyOf(tokens, tokens.length + 1);
      tokens[tokens.length - 1] = best;
    }
    return Arrays.copyOfRange(tokens, prompt.length, tokens.length);
  }

  @Test
  void adamw_threeUpdates_matchTheDefinition() {
    double[] p = w.clone();
    double[] m = new double[p.length];
    double[] s = new double[p.length];
    try (KernelPass pass = kernel.pass();
        Tensor tp = weights(w);
        Tensor tm = kernel.weights();
        Tensor ts = kernel.weights();
        Tensor tg = weights(d)) {
      double norm = Math.sqrt(Arrays.stream(d).map(g -> g * g).sum());
      double largest = norm / 2;
      for (int k = 1; k <= 3; k++) {
        double[] h = {
          0.01, 0.9, 0.99, 1e-8, 0.1, 1 - Math.pow(0.9, k), 1 - Math.pow(0.99, k), largest
        };
        pass.adamw(h, tp, tg, tm, ts);
        for (int i = 0; i < p.length; i++) {
          double g = d[i] * largest / (norm + 1e-6);
          p[i] *= 1 - 0.01 * 0.1;
          m[i] = 0.9 * m[i] + 0.1 * g;
          s[i] = 0.99 * s[i] + 0.01 * g * g;
          p[i] -= 0.01 * (m[i] / h[5]) / (Math.sqrt(s[i] / h[6]) + 1e-8);
        }
      }
      assertThat(Check.maxAbs(tp.toFloats(), narrow(p))).isLessThan(1e-6);
      assertThat(Check.relative(tm.toFloats(), narrow(m))).isLessThan(1e-5);
      assertThat(Check.relative(ts.toFloats(), narrow(s))).isLessThan(1e-5);
    }
  }

  @Test
  void vectors_perturbUnitMinusMeasures_matchTheDefinition() {
    double sizeW = Math.sqrt(Arrays.stream(w).map(x -> x * x).sum());
    double sizeD = Math.sqrt(Arrays.stream(d).map(x -> x * x).sum());
    double dot = 0;
    for (int i = 0; i < w.length; i++) {
      dot += w[i] * d[i];
    }
    try (KernelPass pass = kernel.pass();
        Tensor tw = weights(w);
        Tensor td = weights(d);
        Tensor tv = probe(v)) {
      KernelPass.Scaled moved = pass.perturb(tw, td, 0.25);
      assertThat(moved.scalar().item()).isCloseTo(0.25 * sizeW, within(SMALL));
      assertThat((double) moved.vector().toFloats()[7])
          .isCloseTo(w[7] + 0.25 * sizeW * d[7], within(SMALL));
      assertThat(tw.toFloats()).as("W itself is not moved").isEqualTo(narrow(w));
      KernelPass.Scaled unit = pass.unit(td, 0.5);
      assertThat(unit.scalar().item()).isCloseTo(sizeD, within(SMALL));
      assertThat((double) unit.vector().toFloats()[3])
          .isCloseTo(d[3] / (sizeD + 0.5), within(SMALL));
      assertThat((double) pass.minus(tw, td).toFloats()[5]).isCloseTo(w[5] - d[5], within(SMALL));
      double[] measures = pass.measures(tw, td, tv, tw);
      assertThat(measures[1]).isCloseTo(dot / sizeW / sizeD, within(SMALL));
      assertThat(measures[3]).isCloseTo(sizeW, within(SMALL));
      pass.assign(td, tw);
      assertThat(td.toFloats()).isEqualTo(narrow(w));
    }
  }
}
