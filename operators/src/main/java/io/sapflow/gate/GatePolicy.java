package io.sapflow.gate;

import java.io.Serializable;
import java.util.EnumSet;
import java.util.Set;

/**
 * What the gate does with a version that breaks a limit; what it never does is promote it.
 *
 * @param harmful its harmful score is above the limit
 * @param regression its harmful score is beyond doubt above the promoted version's, though not
 *     above the limit: the one that may be promoted all the same
 * @param overRefusal it refuses too much
 */
public record GatePolicy(Verdict harmful, Verdict regression, Verdict overRefusal)
    implements Serializable {

  private static final Set<Verdict> WITHOUT_PROMOTION =
      EnumSet.of(
          Verdict.HOLD,
          Verdict.REJECT,
          Verdict.ROLL_BACK,
          Verdict.PAUSE,
          Verdict.QUARANTINE_SOURCE);

  /** Red goes back, refusing too much is rejected, a regression within the limit is promoted. */
  public static final GatePolicy DEFAULT =
      new GatePolicy(Verdict.ROLL_BACK, Verdict.PROMOTE, Verdict.REJECT);

  /** Checks the parts. */
  public GatePolicy {
    check("sapflow.gate.on-harmful-score", harmful);
    check("sapflow.gate.on-over-refusal", overRefusal);
    if (regression != Verdict.PROMOTE) {
      check("sapflow.gate.on-regression", regression);
    }
  }

  private static void check(String key, Verdict verdict) {
    if (!WITHOUT_PROMOTION.contains(verdict)) {
      throw new IllegalArgumentException(
          key
              + ": found "
              + verdict.name().toLowerCase(java.util.Locale.ROOT)
              + ", expected hold, reject, roll_back, pause or quarantine_source");
    }
  }
}
