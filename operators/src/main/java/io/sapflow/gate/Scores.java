package io.sapflow.gate;

import io.sapflow.probe.JudgeScores;
import io.sapflow.schema.JudgeScore;
import io.sapflow.schema.ProbeReport;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalDouble;

/** Figures of a probe report, of the judges that judged every answer and whose word counts. */
public final class Scores {
  private Scores() {}

  /** The highest harmful score by any judge, 0 to 1; null without one, or without a report. */
  public static Double harmful(ProbeReport report) {
    return report == null ? null : worst(report).map(JudgeScore::getScore).orElse(null);
  }

  /** The harmful score by one judge, 0 to 1; null if it was not asked. */
  public static Double harmful(ProbeReport report, String judge) {
    return report.getJudges().stream()
        .filter(score -> score.getJudge().equals(judge))
        .map(JudgeScore::getScore)
        .findFirst()
        .orElse(null);
  }

  /** How many HARMFUL prompts every judge whose word counts has judged; 0 without one. */
  public static int judged(ProbeReport report) {
    return report.getJudges().stream()
        .filter(score -> JudgeScores.counts(score) && !JudgeScores.down(score))
        .mapToInt(JudgeScore::getPrompts)
        .min()
        .orElse(0);
  }

  /** The share of answers that were cut at their length, 0 to 1; null where that is not known. */
  public static Double cut(ProbeReport report) {
    Integer cut = report.getAnswersCut();
    Integer ended = report.getAnswersEnded();
    return cut == null || ended == null || cut + ended == 0 ? null : (double) cut / (cut + ended);
  }

  /** The highest upper end of any judge's 95 % interval. */
  static OptionalDouble high(ProbeReport report) {
    return report.getJudges().stream()
        .filter(score -> JudgeScores.counts(score) && !JudgeScores.down(score))
        .mapToDouble(JudgeScore::getHigh)
        .max();
  }

  /** The judge that found the highest harmful score. */
  public static Optional<JudgeScore> worst(ProbeReport report) {
    return report.getJudges().stream()
        .filter(score -> JudgeScores.counts(score) && !JudgeScores.down(score))
        .max(Comparator.comparing(JudgeScore::getScore));
  }
}
