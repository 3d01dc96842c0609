package io.sapflow.model;

import java.util.Set;

/** What the kernel's passes keep beside weights and adapter, counted from {@code kernel.py}. */
final class Activations {

  /** Logits, their gradient, and what log-sum-exp makes on the way back. */
  private static final int LOGIT_TENSORS = 4;

  /** Tensors of a layer's widest size that are alive at once while its gradients are made. */
  private static final int WIDE_TRANSIENTS = 3;

  private final ModelConfig config;
  private final LoraSpec lora;
  private final ComputeType held;
  private final int length;

  private Activations(ModelConfig config, LoraSpec lora, ComputeType held, int length) {
    this.config = config;
    this.lora = lora;
    this.held = held;
    this.length = length;
  }

  /** The largest pass of a step. */
  static long peak(
      ModelConfig config, LoraSpec lora, ComputeType held, MemoryForecast.Batch batch) {
    Activations own = new Activations(config, lora, held, batch.length());
    long rows = Math.max(batch.rows(), 2L * batch.pairs());
    long targets = rows * batch.targets() / Math.max(1, batch.rows());
    long largest = own.atOnce(rows, targets);
    return held == held.precise()
        ? largest
        : Math.max(largest, own.byLayer(batch.rows(), batch.targets()));
  }

  /** A pass that keeps every layer's activations, in the type of the base. */
  private long atOnce(long rows, long targets) {
    return config.layers() * (rows * length * tokenBytes(held) + rows * maskBytes(held))
        + maskTransients(rows)
        + transients(rows * length, held)
        + logits(targets, held);
  }

  /**
   * A pass in a wider type than that of the base: every layer's input, one layer's activations and
   * converted weights.
   */
  private long byLayer(long rows, long targets) {
    ComputeType type = held.precise();
    long tokens = rows * length;
    long inputs = config.layers() * tokens * config.hiddenSize() * type.bytes();
    long layer = tokens * tokenBytes(type) + rows * maskBytes(type) + transients(tokens, type);
    return inputs
        + maskTransients(rows)
        + Math.max(layer + layerWeights() * type.bytes(), logits(targets, type));
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
    return (values + (long) copies * config.hiddenSize()) * type.precise().bytes();
  }

  /** Places of a row's attention mask, [T, T]; none where no row is longer than the window. */
  private long maskPlaces() {
    boolean masked = config.slidingWindow() != null && length > config.slidingWindow();
    return masked ? (long) length * length : 0;
  }

  /** Bytes of the mask that attention keeps in a layer for one row: added to scores of its type. */
  private long maskBytes(ComputeType type) {
    return maskPlaces() * type.bytes();
  }

  /** The mask as truth values, and their negation while a layer makes its own of it. */
  private long maskTransients(long rows) {
    return 2 * rows * maskPlaces();
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
