package io.sapflow.sap;

import io.sapflow.model.AdapterState;
import io.sapflow.model.KernelPass;
import io.sapflow.model.Tensor;
import io.sapflow.model.TokenBatch;

/**
 * Tells how hard each row of a batch would push toward harm, before the batch is trained: {@code
 * (L_i(W, v) - L_i(W', v)) / eps} with {@code W' = W + eps d}, as a step reports it afterwards.
 *
 * <p>It costs two passes forward; the direction d is the one in force.
 */
public final class PushScreen {

  private final double perturbation;

  /** A screen that looks as far along the direction as a step does: eps = perturbation * |W|. */
  public PushScreen(double perturbation) {
    this.perturbation = perturbation;
  }

  /** The push of each row, [B]; null before there is a direction. */
  public double[] pushes(KernelPass pass, AdapterState state, TokenBatch tokens) {
    if (!state.counters().hasDirection()) {
      return null;
    }
    KernelPass.Loaded batch = pass.load(tokens);
    KernelPass.Scaled moved = pass.perturb(state.weights(), state.direction(), perturbation);
    Tensor here = pass.rowLosses(batch, state.weights(), state.hiddenProbe());
    Tensor there = pass.rowLosses(batch, moved.vector(), state.hiddenProbe());
    return StepOutcome.pushes(here.toFloats(), there.toFloats(), moved.scalar().item());
  }
}
