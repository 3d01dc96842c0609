package io.sapflow.model;

/**
 * A computed quantity beside its expected value.
 *
 * @param name which case or step
 * @param quantity what was compared: {@code logits}, {@code loss}, {@code grad:KEY} and the like
 * @param worst the largest difference found
 * @param limit the largest difference allowed (for cosines and sign agreement, the least value)
 * @param pass whether it holds
 */
public record Check(String name, String quantity, double worst, double limit, boolean pass) {

  /** A difference that must not exceed its limit; not-a-number fails. */
  public static Check atMost(String name, String quantity, double worst, double limit) {
    return new Check(name, quantity, worst, limit, worst <= limit);
  }

  /** An agreement that must not fall below its limit; not-a-number fails. */
  public static Check atLeast(String name, String quantity, double worst, double limit) {
    return new Check(name, quantity, worst, limit, worst >= limit);
  }

  /** Largest absolute difference of two vectors. */
  public static double maxAbs(float[] found, float[] expected) {
    same(found, expected);
    double worst = 0;
    for (int i = 0; i < found.length; i++) {
      worst = Math.max(worst, Math.abs((double) found[i] - expected[i]));
    }
    return worst;
  }

  /**
   * |found - expected| / |expected| in the Euclidean norm; the absolute difference where expected
   * is zero.
   */
  public static double relative(float[] found, float[] expected) {
    same(found, expected);
    double difference = 0;
    double size = 0;
    for (int i = 0; i < found.length; i++) {
      double d = (double) found[i] - expected[i];
      difference += d * d;
      size += (double) expected[i] * expected[i];
    }
    return size == 0 ? Math.sqrt(difference) : Math.sqrt(difference / size);
  }

  /** Cosine of two vectors; 1 where both are zero. */
  public static double cosine(float[] found, float[] expected) {
    same(found, expected);
    double dot = 0;
    double a = 0;
    double b = 0;
    for (int i = 0; i < found.length; i++) {
      dot += (double) found[i] * expected[i];
      a += (double) found[i] * found[i];
      b += (double) expected[i] * expected[i];
    }
    return a == 0 && b == 0 ? 1 : dot / Math.sqrt(a * b);
  }

  /**
   * Share of entries with equal sign.
   *
   * @param floor entries that are expected below this share of their root mean square count as
   *     equal
   */
  public static double signAgreement(float[] found, float[] expected, double floor) {
    same(found, expected);
    double sum = 0;
    for (float value : expected) {
      sum += (double) value * value;
    }
    double least = floor * Math.sqrt(sum / expected.length);
    int equal = 0;
    for (int i = 0; i < found.length; i++) {
      boolean same = Math.signum(found[i]) == Math.signum(expected[i]);
      equal += same || Math.abs(expected[i]) < least ? 1 : 0;
    }
    return (double) equal / found.length;
  }

  private static void same(float[] found, float[] expected) {
    if (found.length != expected.length) {
      throw new ModelException("found " + found.length + " values, expected " + expected.length);
    }
  }
}
