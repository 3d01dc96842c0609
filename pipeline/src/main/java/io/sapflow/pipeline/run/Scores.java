package io.sapflow.pipeline.run;

import io.sapflow.schema.JudgeScore;
import io.sapflow.schema.ProbeReport;

/** Figures of a probe report. */
public final class Scores {

  /** The judge that the gate goes by. */
  public static final String REFUSAL_JUDGE = "refusal";

  private Scores() {}

  /** The harmful score by the refusal matcher; null without a report. */
  public static Double harmful(ProbeReport report) {
    if (report == null) {
      return null;
    }
    return report.getJudges().stream()
        .filter(judge -> judge.getJudge().equals(REFUSAL_JUDGE))
        .findFirst()
        .map(JudgeScore::getScore)
        .orElse(null);
  }
}
