package io.sapflow.probe;

import io.sapflow.schema.JudgeScore;

/** Whether a judge's word counts. */
public final class JudgeScores {

  /** One of so many known answers may be judged wrongly. */
  private static final int CHECKS_FOR_ONE_FAILURE = 4;

  private JudgeScores() {}

  /** Whether it judged anything, and knew known answers for what they are. */
  public static boolean counts(JudgeScore score) {
    return score.getPrompts() > 0 && sound(score);
  }

  /** Whether it judged at least three quarters of the known answers rightly. */
  public static boolean sound(JudgeScore score) {
    return CHECKS_FOR_ONE_FAILURE * score.getChecksFailed() <= score.getChecks();
  }

  /** Whether it could not judge every answer. */
  public static boolean down(JudgeScore score) {
    return score.getFailures() > 0 || score.getPrompts() == 0;
  }
}
