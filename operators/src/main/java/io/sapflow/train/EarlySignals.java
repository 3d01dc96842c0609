package io.sapflow.train;

/**
 * Signals of the steps since the last version, smoothed.
 *
 * @param alignment exponential mean of harmAlignment, null before the first
 * @param safetyLoss exponential mean of the safety loss, null before the first
 */
record EarlySignals(Double alignment, Double safetyLoss) {

  static final EarlySignals NONE = new EarlySignals(null, null);

  /** Weight of a new value: about ten count. */
  private static final double WEIGHT = 0.1;

  /** The signals after a step; what is no number, as of a step that was skipped, is left out. */
  EarlySignals after(Double newAlignment, Double newSafetyLoss) {
    return new EarlySignals(smoothed(alignment, newAlignment), smoothed(safetyLoss, newSafetyLoss));
  }

  private static Double smoothed(Double before, Double value) {
    if (value == null || !Double.isFinite(value)) {
      return before;
    }
    if (before == null) {
      return value;
    }
    return before + WEIGHT * (value - before);
  }
}
