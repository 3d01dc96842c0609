package io.sapflow.sap;

import io.sapflow.model.TokenBatch;

/** Says which rows of a batch are trained, once it is known how hard each of them pushes. */
@FunctionalInterface
public interface Screen {

  /** Keeps all rows, and need not be told their pushes. */
  Screen ALL =
      pushes -> {
        throw new IllegalStateException("a step that keeps all rows asks nobody");
      };

  /**
   * The batch to train.
   *
   * @param pushes of the rows of the batch at hand, [B]; not a number where unknown
   * @return the batch at hand itself where all rows stay, null where none is left
   */
  TokenBatch kept(double[] pushes);
}
