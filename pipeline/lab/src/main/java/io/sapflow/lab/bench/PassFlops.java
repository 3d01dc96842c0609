package io.sapflow.lab.bench;

import io.sapflow.model.LoraSpec;
import io.sapflow.model.LoraTarget;
import io.sapflow.model.ModelConfig;

/**
 * Floating-point operations of a pass, counted from the model's sizes: matrix products and
 * attention, a multiplication with its addition as two. Norms, activations and the optimizer are
 * left out.
 *
 * <p>Backward, the base is frozen: a linear layer needs the gradient by its input alone, which
 * costs as much as its forward. LoRA's two factors need both gradients. Fused attention multiplies
 * twice forward, and five times backward, since it computes the scores again.
 */
final class PassFlops {

  private static final int ATTENTION_FORWARD = 2;
  private static final int ATTENTION_BACKWARD = 5;

  /** Products of attention that is not fused: its two, and twice as many for each way back. */
  private static final int DENSE = 2 + 4 + 8;

  /** The way back through the forward pass that a double backward makes for the probe. */
  private static final int DENSE_PROBE = 4;

  private final int layers;

  /** Multiplications for each token in a layer's linear layers, and in its LoRA factors. */
  private final long linear;

  private final long lora;

  /** Multiplications for each token in a layer that its slope along a direction takes. */
  private final long slopes;

  /** Those of them that are made forward. */
  private final long slopesForward;

  private final long queryWidth;
  private final long head;
  private final int lowestProbed;

  /**
   * A count.
   *
   * @param hiddenProbeLayers layers with a probe, at least one
   */
  PassFlops(ModelConfig config, LoraSpec spec, int[] hiddenProbeLayers) {
    layers = config.layers();
    queryWidth = config.queryWidth();
    head = (long) config.hiddenSize() * config.vocabSize();
    long all = 0;
    for (LoraTarget target : LoraTarget.values()) {
      all += (long) target.in(config) * target.out(config);
    }
    linear = all;
    lora =
        spec.targets().stream()
            .mapToLong(target -> (long) spec.rank() * (target.in(config) + target.out(config)))
            .sum();
    // The direction's A once; both of what it makes of the token forward, and both back.
    slopes =
        spec.targets().stream()
            .mapToLong(target -> (long) spec.rank() * (target.in(config) + 4L * target.out(config)))
            .sum();
    slopesForward =
        spec.targets().stream()
            .mapToLong(target -> (long) spec.rank() * (target.in(config) + 2L * target.out(config)))
            .sum();
    int lowest = layers;
    for (int layer : hiddenProbeLayers) {
      lowest = Math.min(lowest, layer);
    }
    lowestProbed = lowest;
  }

  /** Forward. */
  long forward(PassShape shape) {
    return layersForward(shape, layers) + 2 * head * shape.logits();
  }

  /** Backward to the LoRA factors, through all layers. */
  long backwardByWeights(PassShape shape) {
    return backward(shape, layers, 2 * lora);
  }

  /** The layers' forward once more, where a pass goes back layer by layer. */
  long recomputed(PassShape shape) {
    return layersForward(shape, layers);
  }

  /** The same where it goes back to the probe alone, whose layer is computed again as well. */
  long recomputedByProbe(PassShape shape) {
    return layersForward(shape, layers - lowestProbed);
  }

  private long layersForward(PassShape shape, int through) {
    return 2
        * through
        * ((linear + lora) * shape.tokens() + ATTENTION_FORWARD * queryWidth * shape.attended());
  }

  /** What the slopes of all tokens along a direction take, beside forward and backward. */
  long slopes(PassShape shape) {
    return 2 * layers * slopes * shape.tokens();
  }

  /** What of that is forward. */
  long slopesForward(PassShape shape) {
    return 2 * layers * slopesForward * shape.tokens();
  }

  /**
   * Backward to the probe, which is added to the output of its layer: through the layers above the
   * lowest probed one.
   */
  long backwardByProbe(PassShape shape) {
    return backward(shape, layers - 1 - lowestProbed, lora);
  }

  /**
   * Forward, backward to the LoRA factors, back through that backward pass, and through the forward
   * one down to the lowest probe. A frozen linear layer costs one product each time; each of LoRA's
   * factors one forward, two backward, and three back through those, since both of what a gradient
   * is made of depend on the weights.
   */
  long doubleBackward(PassShape shape) {
    long above = layers - 1 - lowestProbed;
    return 2
        * (layers * ((3 * linear + 6 * lora) * shape.tokens() + DENSE * queryWidth * shape.dense())
            + above * ((linear + lora) * shape.tokens() + DENSE_PROBE * queryWidth * shape.dense())
            + 4 * head * shape.logits());
  }

  private long backward(PassShape shape, int through, long loraProducts) {
    return 2
        * (through
                * ((linear + loraProducts) * shape.tokens()
                    + ATTENTION_BACKWARD * queryWidth * shape.attended())
            + head * shape.logits());
  }
}
