package io.sapflow.lab.bench;

import java.util.Arrays;

/** Medians and other quantiles. */
public final class Medians {

  private Medians() {}

  /** The middle value, or the mean of the two middle ones; NaN of nothing. */
  public static double of(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    if (sorted.length == 0) {
      return Double.NaN;
    }
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /**
   * The value that a share of all do not exceed; NaN of nothing.
   *
   * @param share above 0 up to 1
   */
  public static double quantile(double share, double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted.length == 0
        ? Double.NaN
        : sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
  }
}
