package io.sapflow.ops.verify;

/**
 * How far a step may be from a float64 trace.
 *
 * <p>In float64 little more than the record's own rounding to float32 is left. In float32 q is the
 * difference of two gradients and keeps as many digits as they differ in: where the perturbation is
 * large enough every step is held tightly, where it is not the first step alone is held, and q by
 * the noise that is left in it.
 *
 * @param lossAbsolute of the useful losses; infinite where only the relative limit counts
 * @param lossRelative of the useful losses
 * @param safetyRelative of the safety loss
 * @param scalarRelative of the other scalars
 * @param gradientRelative of gradients by W
 * @param parameterAbsolute of each parameter
 * @param movedRelative of (parameter - start)
 * @param momentRelative of AdamW's moments of W
 * @param hiddenProbeGradient of q
 * @param hiddenProbeNext of the next probe
 * @param hiddenProbeMomentRelative of AdamW's moments of v
 */
record TraceLimits(
    double lossAbsolute,
    double lossRelative,
    double safetyRelative,
    double scalarRelative,
    double gradientRelative,
    double parameterAbsolute,
    double movedRelative,
    double momentRelative,
    Vector hiddenProbeGradient,
    Vector hiddenProbeNext,
    double hiddenProbeMomentRelative) {

  /** Limits of a probe-sized vector. */
  record Vector(double relative, double cosine, double signs) {
    private static final Vector ANY = new Vector(Double.POSITIVE_INFINITY, -1, 0);

    /** Of a vector with noise of this size, relative to its own. */
    static Vector noisy(double noise) {
      return noise < 1 ? new Vector(noise, 1 - noise * noise, 1 - noise) : ANY;
    }
  }

  private static final double ANY = Double.POSITIVE_INFINITY;

  /** A parameter is known to no less than this in float32. */
  private static final double PARAMETER_ROUNDING = 1e-6;

  /** Roundings of one gradient that q may show. */
  private static final double ROUNDINGS = 50;

  private static final Vector TIGHT_GRADIENT = new Vector(2e-4, 0.999999, 1);
  private static final Vector TIGHT_PROBE = new Vector(5e-4, 0.999999, 1);
  private static final Vector EXACT_PROBE = new Vector(5e-5, 0.9999999, 1);

  /** Of float64. */
  static TraceLimits exact() {
    return new TraceLimits(
        1e-6, ANY, 1e-6, 5e-6, 5e-6, 1e-6, 1e-4, 5e-6, EXACT_PROBE, EXACT_PROBE, 5e-5);
  }

  /** Of float32 at every step of plain fine-tuning. */
  static TraceLimits plain(double learningRate) {
    return new TraceLimits(
        1e-5,
        ANY,
        ANY,
        2e-5,
        2e-5,
        Math.max(PARAMETER_ROUNDING, 1e-2 * learningRate),
        ANY,
        1e-5,
        TIGHT_GRADIENT,
        TIGHT_PROBE,
        ANY);
  }

  /** Of float32 at every step, where q is well conditioned. */
  static TraceLimits strong(double learningRate) {
    return new TraceLimits(
        ANY,
        2e-5,
        2e-5,
        2e-5,
        2e-5,
        Math.max(PARAMETER_ROUNDING, 0.1 * learningRate),
        5e-4,
        2e-5,
        TIGHT_GRADIENT,
        TIGHT_PROBE,
        2e-4);
  }

  /**
   * Of float32 at the first step. AdamW divides the size of q away, so that an entry of q near zero
   * may move the probe either way: what it makes of q is held in float64.
   *
   * @param noise of q
   */
  static TraceLimits first(double learningRate, double noise) {
    return new TraceLimits(
        1e-5,
        ANY,
        2e-5,
        2e-5,
        2e-5,
        Math.max(PARAMETER_ROUNDING, 1e-2 * learningRate),
        ANY,
        1e-5,
        Vector.noisy(noise),
        Vector.ANY,
        2 * noise);
  }

  /** The noise of float32 in q, relative to its size, where b is one of the two gradients. */
  static double noise(double b, double q) {
    return ROUNDINGS * 0x1p-24 * b / q;
  }

  /** Whether q with this noise can be held tightly. */
  static boolean wellConditioned(double noise) {
    return noise <= TIGHT_GRADIENT.relative() / 2;
  }
}
