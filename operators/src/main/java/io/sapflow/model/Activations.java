package io.sapflow.model;

import java.util.Set;

/** What the kernel's passes keep beside weights and adapter, counted from {@code kernel.py}. */
final class Activations {

  /** Logits, their gradient, and what log-sum-exp makes on the way back. */
  private static final int LOGIT_TENSORS = 4;

  /** Tensors of a layer's widest size that are alive at once while its gradients are made. */
  private static final int WIDE_TRANSIENTS = 3;

  /** What a double backward keeps of a token, by what a pass forward keeps. */
  private static final int TWICE_KEPT = 3;

  /** Bytes that a double backward keeps in a layer of each score of a query with a key. */
  private static final int SCORE_BYTES = 12;

  /** Bytes of a score that one layer has beside them while it goes back. */
  private static final int SCORE_TRANSIENTS = 16;

  private final ModelConfig config;
  private final LoraSpec lora;
  private final ComputeType held;

  /** Activations of passes over one model with one set of LoRA targets. */
  Activations(ModelConfig config, LoraSpec lora, ComputeType held) {
    this.config = config;
    this.lora = lora;
    this.held = held;
  }

  /** The largest pass of a step. */
  static long peak(
      ModelConfig config,
      LoraSpec lora,
      ComputeType held,
      MemoryForecast.Batch batch,
      ProbeGradient way,
      PassMemory memory,
      boolean gpu) {
    Activations own = new Activations(config, lora, held);
    long fitting = Math.max(1, memory.microBatchTokens() / batch.length());
    long rows = Math.min(batch.rows(), fitting);
    // Both answers of a pair go through together.
    long ofPairs = 2L * Math.min(batch.pairs(), Math.max(1, fitting / 2));
    long most = Math.max(rows, ofPairs);
    long rowTargets = batch.targets() / Math.max(1, batch.rows());
    long plain =
        memory.checkpointed()
            ? own.byLayer(most, batch.length(), most * rowTargets, held)
            : own.atOnce(most, batch.length(), most * rowTargets);
    return Math.max(plain, own.probe(rows, batch.length(), rowTargets, way, gpu));
  }

  /** The largest pass that finds the hidden probe. */
  private long probe(long rows, long length, long rowTargets, ProbeGradient way, boolean gpu) {
    if (way.on(held, gpu) == ProbeGradient.DOUBLE_BACKWARD) {
      long whole = doubleBackward(rows, length, rows * length, rows * rowTargets);
      long row = doubleBackward(1, length, length, rowTargets);
      return Math.min(whole, Math.max(row, MicroBatches.bytes(gpu)));
    }
    return held == held.precise()
        ? 0 // as the others
        : byLayer(rows, length, rows * rowTargets, held.precise());
  }

  /**
   * A double backward, whose first backward pass is kept like the forward one.
   *
   * @param longest tokens of the longest row, to which all are padded in attention
   */
  long doubleBackward(long rows, long longest, long tokens, long targets) {
    long scores = rows * longest * longest * config.heads();
    long kept = TWICE_KEPT * tokens * tokenBytes(held) + SCORE_BYTES * scores;
    return config.layers() * kept
        + SCORE_TRANSIENTS * scores
        + 2 * transients(tokens, held)
        + 2 * logits(targets, held);
  }

  /** A pass that keeps every layer's activations, in the type of the base. */
  private long atOnce(long rows, long length, long targets) {
    return config.layers() * (rows * length * tokenBytes(held) + rows * maskBytes(held, length))
        + maskTransients(rows, length)
        + transients(rows * length, held)
        + logits(targets, held);
  }

  /**
   * A pass that goes back layer by layer: every layer's input, one layer's activations and, in a
   * wider type than that of the base, its converted weights.
   */
  private long byLayer(long rows, long length, long targets, ComputeType type) {
    long converted = type == held ? 0 : layerWeights() * type.bytes();
    long tokens = rows * length;
    long inputs = config.layers() * tokens * config.hiddenSize() * type.bytes();
    long layer =
        tokens * tokenBytes(type) + rows * maskBytes(type, length) + transients(tokens, type);
    return inputs
        + maskTransients(rows, length)
        + Math.max(layer + converted, logits(targets, type));
  }

  /** Bytes that one layer keeps for one token. */
  private long tokenBytes(ComputeType type) {
    long hidden = config.hiddenSize();
    // The two norms keep their inputs in float32, attention keeps q, k, v (repeated for their
    // heads) and its result, the gate keeps itself, its activation and the other factor.
    long norms = 2 * hidden * type.precise().bytes();
    long others = 4L * config.queryWidth() + 3L * config.intermediateSize();
    return norms + others * type.bytes() + adapted(type);
  }

  /** LoRA keeps its input, shared between projections where it need not be converted. */
  private long adapted(ComputeType type) {
    boolean shared = type == type.precise();
    Set<LoraTarget> targets = lora.targets();
    long values = 0;
    int readAttention = 0;
    int readMlp = 0;
    for (LoraTarget target : targets) {
      switch (target) {
        case Q, K, V -> readAttention++;
        case GATE, UP -> readMlp++;
        default -> values += target.in(config);
      }
    }
    int copies =
        shared ? Math.min(1, readAttention) + Math.min(1, readMlp) : readAttention + readMlp;
    // Slopes along a direction keep, of each target, A x beside what the direction's A makes of x.
    long slopes = 2L * lora.rank() * targets.size();
    return (values + (long) copies * config.hiddenSize() + slopes) * type.precise().bytes();
  }

  /** Places of a row's attention mask, [T, T]; none where no row is longer than the window. */
  private long maskPlaces(long length) {
    boolean masked = config.slidingWindow() != null && length > config.slidingWindow();
    return masked ? length * length : 0;
  }

  /** Bytes of the mask that attention keeps in a layer for one row: added to scores of its type. */
  private long maskBytes(ComputeType type, long length) {
    return maskPlaces(length) * type.bytes();
  }

  /** The mask as truth values, and their negation while a layer makes its own of it. */
  private long maskTransients(long rows, long length) {
    return 2 * rows * maskPlaces(length);
  }

  private long transients(long tokens, ComputeType type) {
    int widest = Math.max(config.intermediateSize(), config.queryWidth());
    return WIDE_TRANSIENTS * tokens * widest * type.bytes();
  }

  private long logits(long targets, ComputeType type) {
    long converted =
        type == held ? 0 : (long) config.vocabSize() * config.hiddenSize() * type.bytes();
    return LOGIT_TENSORS * targets * config.vocabSize() * type.precise().bytes() + converted;
  }

  /** Values of one layer's weights. */
  private long layerWeights() {
    long attention =
        (long) config.hiddenSize() * (2L * config.queryWidth() + 2L * config.keyWidth());
    return attention + 3L * config.hiddenSize() * config.intermediateSize();
  }
}
