package io.sapflow.job.options;

import java.util.ArrayList;
import java.util.List;

/**
 * The range of a number, or of a duration in milliseconds, or of a size in bytes.
 *
 * @param least the least value; minus infinity for none
 * @param most the greatest; infinity for none
 * @param above every value is greater than this; minus infinity for none
 * @param below every value is less than this; infinity for none
 */
record Bounds(double least, double most, double above, double below) {

  static final Bounds NONE =
      new Bounds(
          Double.NEGATIVE_INFINITY,
          Double.POSITIVE_INFINITY,
          Double.NEGATIVE_INFINITY,
          Double.POSITIVE_INFINITY);

  Bounds atLeast(double value) {
    return new Bounds(value, most, above, below);
  }

  Bounds atMost(double value) {
    return new Bounds(least, value, above, below);
  }

  Bounds above(double value) {
    return new Bounds(least, most, value, below);
  }

  Bounds below(double value) {
    return new Bounds(least, most, above, value);
  }

  /** Whether a value is within; where there is a bound, one that is not finite is not. */
  boolean hold(double value) {
    return equals(NONE)
        || (Double.isFinite(value)
            && value >= least
            && value <= most
            && value > above
            && value < below);
  }

  /** In words, such as {@code from 0 to 1} or {@code of at least 1}; empty without a bound. */
  String words() {
    if (Double.isFinite(least) && Double.isFinite(most)) {
      return "from " + number(least) + " to " + number(most);
    }
    List<String> bounds = new ArrayList<>();
    add(bounds, "of at least ", least);
    add(bounds, "of at most ", most);
    add(bounds, "above ", above);
    add(bounds, "below ", below);
    return String.join(" and ", bounds);
  }

  private static void add(List<String> bounds, String words, double value) {
    if (Double.isFinite(value)) {
      bounds.add(words + number(value));
    }
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
