package io.sapflow.train;

import io.sapflow.schema.SourceEvidence;
import java.io.Serializable;
import java.util.List;

/**
 * When a version is made, and so probed, before its turn: when a signal that costs nothing crosses
 * a limit. Infinite limits are never crossed.
 *
 * @param alignment limit of the smoothed harmAlignment, -1 to 1
 * @param push limit of a source's mean push in one batch
 * @param safetyLoss limit of the smoothed safety loss: of how far the safety margin falls
 * @param leastUpdates updates from one version to an early one, at least 1
 */
public record EarlyProbe(double alignment, double push, double safetyLoss, int leastUpdates)
    implements Serializable {

  /** Never before its turn. */
  public static final EarlyProbe NEVER =
      new EarlyProbe(
          Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, 1);

  /** So many examples of a source in a batch say enough. */
  private static final int FEWEST = 3;

  /** Checks the parts. */
  public EarlyProbe {
    if (leastUpdates < 1) {
      throw new IllegalArgumentException(
          "sapflow.probe.early-least-updates: found " + leastUpdates + ", expected 1 or more");
    }
  }

  /** Whether a limit is crossed by a step, given the signals after it. */
  boolean crossed(EarlySignals signals, List<SourceEvidence> sources) {
    return above(signals.alignment(), alignment)
        || above(signals.safetyLoss(), safetyLoss)
        || sources.stream()
            .anyMatch(source -> source.getPushes() >= FEWEST && above(source.getMeanPush(), push));
  }

  private static boolean above(Double value, double limit) {
    return value != null && value > limit;
  }
}
