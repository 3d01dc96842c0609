package io.sapflow.model;

import java.io.Serializable;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a LoRA adapter adapts, and how strongly.
 *
 * @param rank columns of A's output, above zero
 * @param alpha numerator of the scaling, above zero
 * @param rsLora whether the scaling divides by the root of the rank
 * @param targets adapted layers, at least one; iterated in the order of {@link LoraTarget}
 */
public record LoraSpec(int rank, double alpha, boolean rsLora, Set<LoraTarget> targets)
    implements Serializable {

  public LoraSpec {
    if (rank < 1 || rank > 65536) {
      throw new ModelException("LoRA rank is " + rank + "; 1 to 65536 would be right");
    }
    if (!(alpha > 0) || Double.isInfinite(alpha)) {
      throw new ModelException("LoRA alpha is " + alpha + "; a number above zero would be right");
    }
    if (targets.isEmpty()) {
      throw new ModelException("LoRA targets are empty; at least one layer would be right");
    }
    targets = Collections.unmodifiableSet(EnumSet.copyOf(targets));
  }

  /** The factor before B (A x): alpha / rank, or alpha / sqrt(rank) with rsLora. */
  public double scaling() {
    return alpha / (rsLora ? Math.sqrt(rank) : rank);
  }
}
