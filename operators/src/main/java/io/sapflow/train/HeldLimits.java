package io.sapflow.train;

import java.io.Serializable;

/**
 * What adapters hold of records beside training on them.
 *
 * @param rollbackKeep the most bytes of examples since the last green version that an adapter keeps
 *     for quarantine; beyond it the oldest are held by reference
 * @param rollbackTotal the same of all adapters of a subtask, each of which has an equal share
 * @param rollbackReferences the most examples since the last green version that an adapter holds
 *     one by one; beyond it the oldest are held by their offsets alone
 * @param pauseBuffer the most bytes of examples that wait while an adapter is paused; beyond it
 *     they go to quarantine
 */
public record HeldLimits(
    long rollbackKeep, long rollbackTotal, int rollbackReferences, long pauseBuffer)
    implements Serializable {

  /** Checks the parts. */
  public HeldLimits {
    require("sapflow.rollback.keep", rollbackKeep, 0);
    require("sapflow.rollback.keep-total", rollbackTotal, 0);
    require("sapflow.rollback.references", rollbackReferences, 1);
    require("sapflow.pause.buffer", pauseBuffer, 0);
  }

  private static void require(String key, long found, long least) {
    if (found < least) {
      throw new IllegalArgumentException(
          key + ": found " + found + ", expected " + least + " or more");
    }
  }

  /** The most bytes that one of so many adapters keeps. */
  long rollbackKeepOf(int adapters) {
    return Math.min(rollbackKeep, rollbackTotal / Math.max(1, adapters));
  }
}
