package io.sapflow.sap;

import io.sapflow.model.AdapterState;
import io.sapflow.model.KernelPass;
import io.sapflow.model.Tensor;

/**
 * The harmful direction d = g / (|g| + 1e-8), g the gradient of the safety loss by W at (W, v). It
 * points toward harm: uphill on the safety loss.
 *
 * @param vector d, [n]
 * @param gradientNorm |g|, []
 * @param safety the pass that gave g
 */
public record HarmfulDirection(Tensor vector, Tensor gradientNorm, KernelPass.Safety safety) {

  private static final double FLOOR = 1e-8;

  /** The direction at a state's weights and hidden probe, of some safety pairs. */
  public static HarmfulDirection of(KernelPass pass, AdapterState state, PairBatch pairs) {
    KernelPass.Safety safety =
        pass.safety(
            pass.loadPairs(pairs.tokens()), pairs.pairs(), state.weights(), state.hiddenProbe());
    KernelPass.Scaled unit = pass.unit(safety.byWeights(), FLOOR);
    return new HarmfulDirection(unit.vector(), unit.scalar(), safety);
  }

  /**
   * What keeps it from being used: a finite loss may have a gradient with an entry that is none, or
   * one so long that its norm overflows and d is zero. Null if nothing does.
   */
  public String fault() {
    double loss = safety.loss().item();
    if (!Double.isFinite(loss)) {
      return "the safety loss is " + loss;
    }
    double norm = gradientNorm.item();
    return Double.isFinite(norm)
        ? null
        : "the norm of the safety loss's gradient by the weights is " + norm;
  }

  /** Puts it in force. */
  public void store(KernelPass pass, AdapterState state) {
    pass.assign(state.direction(), vector);
    AdapterState.Counters counters = state.counters();
    state.counters(
        new AdapterState.Counters(counters.updates(), counters.hiddenProbeUpdates(), true));
  }
}
