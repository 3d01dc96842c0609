package io.sapflow.sap;

import io.sapflow.model.AdapterState;
import io.sapflow.model.KernelPass;
import io.sapflow.model.Tensor;
import io.sapflow.model.TokenBatch;

/**
 * The pass of rows that no hidden probe is found from.
 *
 * @param task the task loss at (W, v) with its gradient by W
 * @param pushes of the rows
 */
record TaskPass(KernelPass.Gradients task, RowPushes pushes) {

  /** Without the rows' pushes. */
  static TaskPass plain(KernelPass pass, AdapterState state, TokenBatch tokens) {
    return new TaskPass(
        pass.weights(pass.load(tokens), state.weights(), state.hiddenProbe()), RowPushes.UNKNOWN);
  }

  /** With the rows' pushes along a direction, [n], where every step is to tell them. */
  static TaskPass of(
      KernelPass pass,
      AdapterState state,
      TokenBatch tokens,
      Tensor direction,
      SapOptions.Pushes pushes) {
    return pushes == SapOptions.Pushes.EVERY_STEP
        ? along(pass, state, tokens, direction)
        : plain(pass, state, tokens);
  }

  /** With the rows' pushes along a direction, [n]. */
  static TaskPass along(KernelPass pass, AdapterState state, TokenBatch tokens, Tensor direction) {
    KernelPass.Along along =
        pass.weightsAlong(pass.load(tokens), state.weights(), state.hiddenProbe(), direction);
    return new TaskPass(along.task(), RowPushes.down(along.slopes()));
  }
}
