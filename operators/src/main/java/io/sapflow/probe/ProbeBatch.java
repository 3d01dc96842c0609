package io.sapflow.probe;

/**
 * What a probe computes together.
 *
 * @param prompts that are answered together
 * @param scored given answers whose likelihood is found together
 * @param leaving whether answers that have ended leave their batch
 */
public record ProbeBatch(int prompts, int scored, boolean leaving) {

  /** So many of both; answers stay in their batch until all have ended. */
  public static ProbeBatch of(int rows) {
    return new ProbeBatch(rows, rows, false);
  }

  /** Checks the parts. */
  public ProbeBatch {
    if (prompts < 1 || scored < 1) {
      throw new IllegalArgumentException(
          "rows of a probe: found " + prompts + " and " + scored + ", expected 1 or more");
    }
  }
}
