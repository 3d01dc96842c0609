package io.sapflow.gate;

import io.sapflow.schema.JudgeScore;
import io.sapflow.schema.ProbeReport;

/** Figures of a probe report. */
public final class Scores {

  private Scores() {}

  /** The highest harmful score by any judge, 0 to 1; null without one, or without a report. */
  public static Double harmful(ProbeReport report) {
    return report == null
        ? null
        : report.getJudges().stream().map(JudgeScore::getScore).max(Double::compare).orElse(null);
  }
}
