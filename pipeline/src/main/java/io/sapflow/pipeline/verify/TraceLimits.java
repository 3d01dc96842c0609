package io.sapflow.pipeline.verify;

/**
 * How far a float32 step may be from a float64 trace.
 *
 * <p>A trace with a large perturbation is well conditioned and held tightly at every step. With the
 * published one, q is the difference of gradients that agree to five digits: there the first step
 * is held tightly where it can be, the rest by direction.
 *
 * @param lossAbsolute of the useful losses; infinite where only the relative limit counts
 * @param lossRelative of the useful losses
 * @param safetyRelative of the safety loss
 * @param gradientRelative of gradients by W
 * @param parameterAbsolute of each parameter
 * @param movedRelative of (parameter - start)
 * @param momentRelative of AdamW's moments of W
 * @param probeGradient of q
 * @param probeNext of the next probe
 * @param probeMomentRelative of AdamW's moments of v
 */
record TraceLimits(
    double lossAbsolute,
    double lossRelative,
    double safetyRelative,
    double gradientRelative,
    double parameterAbsolute,
    double movedRelative,
    double momentRelative,
    Vector probeGradient,
    Vector probeNext,
    double probeMomentRelative) {

  /** Limits of a probe-sized vector. */
  record Vector(double relative, double cosine, double signs) {}

  private static final double ANY = Double.POSITIVE_INFINITY;

  /** Perturbations from here on leave enough digits in q for tight limits. */
  private static final double WELL_CONDITIONED = 1e-2;

  private static final TraceLimits STRONG =
      new TraceLimits(
          ANY,
          2e-5,
          2e-5,
          2e-5,
          1e-4,
          5e-4,
          2e-5,
          new Vector(2e-4, 0.999999, 1),
          new Vector(5e-4, 0.999999, 1),
          2e-4);

  private static final TraceLimits PLAIN =
      new TraceLimits(1e-5, ANY, ANY, 2e-5, 1e-6, ANY, 1e-5, null, null, ANY);

  private static final Vector NOISY_GRADIENT = new Vector(0.25, 0.97, 0.88);
  private static final Vector NOISY_PROBE = new Vector(0.5, 0.93, 0.88);

  private static final TraceLimits PUBLISHED_FIRST =
      new TraceLimits(1e-5, ANY, 2e-5, 1e-5, 1e-6, ANY, 1e-5, NOISY_GRADIENT, NOISY_PROBE, ANY);

  private static final TraceLimits PUBLISHED_LATER =
      new TraceLimits(1e-2, ANY, 5e-2, ANY, ANY, 0.2, ANY, NOISY_GRADIENT, NOISY_PROBE, ANY);

  static TraceLimits of(boolean plain, double perturbation, int step) {
    if (plain) {
      return PLAIN;
    }
    if (perturbation >= WELL_CONDITIONED) {
      return STRONG;
    }
    return step == 1 ? PUBLISHED_FIRST : PUBLISHED_LATER;
  }
}
