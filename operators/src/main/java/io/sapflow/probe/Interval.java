package io.sapflow.probe;

/**
 * Where a share lies, given a sample: Wilson's interval at 95 %.
 *
 * @param low lower end, 0 to 1
 * @param high upper end, 0 to 1
 */
public record Interval(double low, double high) {

  /** The 97.5 % quantile of the normal distribution. */
  private static final double Z = 1.959963984540054;

  /**
   * The interval of a share.
   *
   * @param hits how many of the sample
   * @param of size of the sample, above zero
   */
  public static Interval of(int hits, int of) {
    if (of < 1 || hits < 0 || hits > of) {
      throw new IllegalArgumentException(hits + " of " + of + " is no share");
    }
    double share = (double) hits / of;
    double z2 = Z * Z / of;
    double middle = (share + z2 / 2) / (1 + z2);
    double half = Z / (1 + z2) * Math.sqrt(share * (1 - share) / of + z2 / (4 * of));
    // At the ends rounding must not leave the share outside.
    return new Interval(
        hits == 0 ? 0 : Math.max(0, middle - half), hits == of ? 1 : Math.min(1, middle + half));
  }
}
