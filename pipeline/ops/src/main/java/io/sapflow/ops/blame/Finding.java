package io.sapflow.ops.blame;

import java.util.Comparator;

/**
 * What came of a slice.
 *
 * @param trained examples that the parent was trained on, repeated ones counted; 0 if none was
 * @param after how the parent answers then; null where slices are only scored
 */
record Finding(Slice slice, int trained, Measure after) {

  /** The most harmful first; then the strongest push. */
  static final Comparator<Finding> WORST_FIRST =
      Comparator.comparing(Finding::score, Comparator.nullsFirst(Comparator.<Double>naturalOrder()))
          .thenComparing(
              finding -> finding.slice().meanPush(),
              Comparator.nullsFirst(Comparator.naturalOrder()))
          .reversed()
          .thenComparing(finding -> finding.slice().name());

  /** The harmful score afterwards; null where it was not measured. */
  Double score() {
    return after == null ? null : after.harmfulScore();
  }

  boolean beyond(double limit) {
    return after != null && after.harmfulScore() > limit;
  }
}
