package io.sapflow.model;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.SplittableRandom;

/**
 * A kernel on a random model, with a place (W, v), a direction d and a batch; and what plain double
 * arithmetic makes of them.
 */
final class DirectedCase implements AutoCloseable {

  static final LoraSpec LORA = new LoraSpec(2, 4, false, EnumSet.allOf(LoraTarget.class));
  static final int[] PROBED = {0, 1};
  static final int LENGTH = 9;
  static final int ROWS = 3;

  /** Steps of the differences that stand for derivatives: in W along d, and in an entry of v. */
  static final double STEP = 1e-4;

  private final BaseModel base;
  private final Kernel kernel;
  private final Tensor w;
  private final Tensor v;
  private final Tensor d;
  private final TokenBatch batch;

  DirectedCase(Path directory, ComputeType held, KernelOptions options) {
    this(directory, held, options, LORA);
  }

  DirectedCase(Path directory, ComputeType held, KernelOptions options, LoraSpec lora) {
    base = BaseModel.open(directory, held, "cpu");
    kernel = base.kernel(lora, options);
    SplittableRandom random = new SplittableRandom(17);
    w = kernel.weights();
    v = kernel.hiddenProbe();
    d = kernel.weights();
    w.set(RandomModels.gaussian(random, kernel.layout().size()));
    v.set(RandomModels.gaussian(random, PROBED.length * base.config().hiddenSize()));
    d.set(unit(RandomModels.gaussian(random, kernel.layout().size())));
    batch = RandomModels.batch(random, base.config().vocabSize(), ROWS, LENGTH);
  }

  /** A model's settings by the beginning of their name. */
  static String config(String name) {
    return RandomModels.CONFIGS.keySet().stream()
        .filter(key -> key.startsWith(name))
        .map(RandomModels.CONFIGS::get)
        .findFirst()
        .orElseThrow();
  }

  BaseModel base() {
    return base;
  }

  Kernel kernel() {
    return kernel;
  }

  /** The LoRA vector, [n]. */
  Tensor w() {
    return w;
  }

  /** The hidden probe, [P, H]. */
  Tensor v() {
    return v;
  }

  /** The direction, of length 1, [n]. */
  Tensor d() {
    return d;
  }

  TokenBatch batch() {
    return batch;
  }

  private static float[] unit(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] /= (float) Math.sqrt(squares);
    }
    return values;
  }

  /** A row of a batch of {@link RandomModels}. */
  static TokenBatch.Row row(TokenBatch batch, int index) {
    int length = (int) batch.lengths()[index];
    int[] tokens = new int[length];
    byte[] targets = new byte[length];
    for (int t = 0; t < length; t++) {
      tokens[t] = (int) batch.ids()[index * batch.length() + t];
      targets[t] = (byte) (t < 2 ? 0 : 1);
    }
    return new TokenBatch.Row(tokens, targets);
  }

  static double[] along(double[] at, double[] direction, double step) {
    double[] moved = at.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += step * direction[i];
    }
    return moved;
  }

  /** Slope of a row's mean loss between two places that are two steps apart. */
  static double slope(
      ReferenceModel reference, TokenBatch.Row row, double[] up, double[] down, double[] v) {
    return (reference.logp(row, down, v) - reference.logp(row, up, v))
        / (2 * STEP * row.targetCount());
  }

  /** Slope of a batch's mean loss between them. */
  static double slope(
      ReferenceModel reference, TokenBatch batch, double[] up, double[] down, double[] v) {
    double sum = 0;
    for (int b = 0; b < ROWS; b++) {
      TokenBatch.Row row = row(batch, b);
      sum += slope(reference, row, up, down, v) * row.targetCount();
    }
    return sum / batch.targetCount();
  }

  @Override
  public void close() {
    d.close();
    v.close();
    w.close();
    kernel.close();
    base.close();
  }
}
