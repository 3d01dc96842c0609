package io.sapflow.probe;

/**
 * A mean of measured values with its 95 % interval by Student's t.
 *
 * @param low lower end; null where one value says nothing of the spread
 * @param high upper end; null likewise
 */
record Margin(double mean, Double low, Double high) {

  /** The 97.5 % quantiles of Student's t, from one degree of freedom on. */
  private static final double[] T = {
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
    2.052, 2.048, 2.045, 2.042
  };

  /** Of at least one value. */
  static Margin of(double[] values) {
    int n = values.length;
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    double mean = sum / n;
    if (n == 1) {
      return new Margin(mean, null, null);
    }
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    double half = t(n - 1) * Math.sqrt(squares / (n - 1) / n);
    return new Margin(mean, mean - half, mean + half);
  }

  /** Beyond the table, the normal quantile with the first term that t has on top. */
  private static double t(int freedom) {
    return freedom <= T.length ? T[freedom - 1] : 1.95996 + 2.3722 / freedom;
  }
}
