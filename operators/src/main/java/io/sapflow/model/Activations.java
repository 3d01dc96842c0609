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

  private Activations(ModelConfig config, LoraSpec lora, ComputeType held) {
    this.config = config;
    this.lora = lora;
    this.held = held;
  }

  /** The largest pass of a step. */
  static long peak(
      ModelConfig config, LoraSpec lora, ComputeType held, MemoryForecast.Batch batch) {
    Activations own = new Activations(config, lora, held);
    long tokens = (long) batch.rows() * batch.length();
    long pairTokens = 2L * batch.pairs() * batch.length();
    long targets = Math.max(batch.targets(), pairTokens * batch.targets() / Math.max(1, tokens));
    long largest = own.atOnce(Math.max(tokens, pairTokens), targets);
    return held == held.precise()
        ? largest
        : Math.max(largest, own.byLayer(tokens, batch.targets()));
  }

  /** A pass that keeps every layer's activations, in the type of the base. */
  private long atOnce(long tokens, long targets) {
    return config.layers() * tokens * tokenBytes(held)
        + transients(tokens, held)
        + logits(targets, held);
  }

  /**
   * A pass in a wider type than that of the base: every layer's input, one layer's activations and
   * converted weights.
   */
  private long byLayer(long tokens, long targets) {
    ComputeType type = held.precise();
    long inputs = config.layers() * tokens * config.hiddenSize() * type.bytes();
    long layer = tokens * tokenBytes(type) + transients(tokens, type);
    return inputs + Math.max(layer + layerWeights() * type.bytes(), logits(targets, type));
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
