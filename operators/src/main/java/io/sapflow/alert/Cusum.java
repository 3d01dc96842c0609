package io.sapflow.alert;

/**
 * A one-sided cumulative sum (Page, 1954): it grows while values lie above their mean by more than
 * a deviation, and falls back to zero while they do not. The mean and the deviation follow slowly,
 * because what a model learns changes both.
 *
 * @param count values so far
 * @param mean of the values; older ones weigh less
 * @param variance of the values; older ones weigh less
 * @param sum the cumulative sum, in deviations
 */
record Cusum(long count, double mean, double variance, double sum) {

  /** Before the first value. */
  static final Cusum NONE = new Cusum(0, 0, 0, 0);

  /** So many values make the first mean; nothing is summed meanwhile. */
  private static final int BASELINE = 40;

  /** Weight of a value in the mean: half of it is forgotten in 70 values. */
  private static final double MEMORY = 0.01;

  /** What a value must lie above the mean to count, in deviations. */
  private static final double SLACK = 1;

  /** The most that one value counts, in deviations. */
  private static final double MOST = 4;

  Cusum after(double value) {
    double distance = value - mean;
    if (count < BASELINE) {
      double next = mean + distance / (count + 1);
      double squares = variance * count + distance * (value - next);
      return new Cusum(count + 1, next, squares / (count + 1), 0);
    }
    double deviations = variance == 0 ? 0 : distance / Math.sqrt(variance);
    double counted = Math.max(-MOST, Math.min(MOST, deviations)) - SLACK;
    return new Cusum(
        count + 1,
        mean + MEMORY * distance,
        (1 - MEMORY) * (variance + MEMORY * distance * distance),
        Math.max(0, sum + counted));
  }

  /** The same baseline with nothing summed: what was summed has been undone. */
  Cusum cleared() {
    return new Cusum(count, mean, variance, 0);
  }
}
