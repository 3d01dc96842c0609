package io.sapflow.model;

/** How the hidden probe's gradient q is found; both ways descend along the harmful direction. */
public enum ProbeGradient {
  /** By double backward on a base narrower than float32 and on a GPU, else by the difference. */
  AUTO,
  /**
   * As the paper writes it: the gradient by v at (W, v) less that at (W + eps d, v). The two nearly
   * agree, so that both passes are made in float32 at least.
   */
  DIFFERENCE,
  /**
   * The same to first order in eps, by differentiating twice, in the type of the other passes:
   * {@code -eps d/dv <grad_W L(W, v), d>}.
   */
  DOUBLE_BACKWARD;

  /**
   * The way that is taken.
   *
   * @param held the type of the base model
   * @param gpu whether the passes are computed on a GPU, where float32 is many times slower than
   *     narrower types
   */
  public ProbeGradient on(ComputeType held, boolean gpu) {
    if (this != AUTO) {
      return this;
    }
    return gpu || held != held.precise() ? DOUBLE_BACKWARD : DIFFERENCE;
  }
}
