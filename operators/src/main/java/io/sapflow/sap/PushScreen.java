package io.sapflow.sap;

import io.sapflow.model.AdapterState;
import io.sapflow.model.KernelPass;
import io.sapflow.model.TokenBatch;

/**
 * Tells how hard each row of a batch would push toward harm without training it: how fast its loss
 * falls along the direction in force, as a step tells it.
 */
public final class PushScreen {

  private PushScreen() {}

  /** The push of each row, [B]; null before there is a direction. */
  public static double[] pushes(KernelPass pass, AdapterState state, TokenBatch tokens) {
    if (!state.counters().hasDirection()) {
      return null;
    }
    TaskPass along = TaskPass.along(pass, state, pass.load(tokens), state.direction());
    return along.pushes().of(along.task().rowLosses().toFloats());
  }
}
