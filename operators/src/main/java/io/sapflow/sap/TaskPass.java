package io.sapflow.sap;

import io.sapflow.model.AdapterState;
import io.sapflow.model.KernelPass;
import io.sapflow.model.Tensor;

/**
 * The pass of rows that no hidden probe is found from.
 *
 * @param task the task loss at (W, v) with its gradient by W
 * @param pushes of the rows
 */
record TaskPass(KernelPass.Gradients task, RowPushes pushes) {

  /** Without the rows' pushes. */
  static TaskPass plain(KernelPass pass, AdapterState state, KernelPass.Loaded rows) {
    return new TaskPass(
        pass.weights(rows, state.weights(), state.hiddenProbe()), RowPushes.UNKNOWN);
  }

  /** With the rows' pushes along a direction, [n], where every step is to tell them. */
  static TaskPass of(
      KernelPass pass,
      AdapterState state,
      KernelPass.Loaded rows,
      Tensor direction,
      SapOptions.Pushes pushes) {
    return pushes == SapOptions.Pushes.EVERY_STEP
        ? along(pass, state, rows, direction)
        : plain(pass, state, rows);
  }

  /** With the rows' pushes along a direction, [n]. */
  static TaskPass along(
      KernelPass pass, AdapterState state, KernelPass.Loaded rows, Tensor direction) {
    KernelPass.Along along =
        pass.weightsAlong(rows, state.weights(), state.hiddenProbe(), direction);
    return new TaskPass(along.task(), RowPushes.down(along.slopes()));
  }
}
