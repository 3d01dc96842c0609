package io.sapflow.sap;

import io.sapflow.model.Tensor;
import java.util.Arrays;

/** Tells how hard each row pushes toward harm, once the losses of the rows are known. */
@FunctionalInterface
interface RowPushes {

  /** Of rows that were not looked at. */
  RowPushes UNKNOWN =
      rowLosses -> {
        double[] unknown = new double[rowLosses.length];
        Arrays.fill(unknown, Double.NaN);
        return unknown;
      };

  /**
   * The pushes, [B]; not a number for a row that was not looked at.
   *
   * @param rowLosses mean loss of each row at (W, v), [B]
   */
  double[] of(float[] rowLosses);

  /**
   * How fast each row's loss falls along the harmful direction.
   *
   * @param slopes of the rows' mean losses along it, [B]
   */
  static RowPushes down(Tensor slopes) {
    return rowLosses -> Arrays.stream(slopes.toDoubles()).map(slope -> -slope).toArray();
  }
}
