package io.sapflow.probe;

import io.sapflow.metrics.GroupMetrics;
import io.sapflow.metrics.Label;
import io.sapflow.metrics.LabelledMetrics;
import io.sapflow.metrics.LastValue;
import io.sapflow.metrics.SapflowMetric;
import io.sapflow.schema.JudgeScore;
import io.sapflow.schema.ProbeReport;

/** What the last probe of one adapter found. */
final class ProbedAdapterMetrics {

  private static final double MILLIS_PER_SECOND = 1e3;

  private final LastValue ended = new LastValue();
  private final LastValue overRefusal = new LastValue();
  private final LastValue safetyMargin = new LastValue();
  private final LastValue answersCut = new LastValue();
  private final LabelledMetrics<LastValue> scores;

  ProbedAdapterMetrics(GroupMetrics adapter) {
    adapter.gauge(
        SapflowMetric.PROBE_AGE_SECONDS,
        () -> (System.currentTimeMillis() - ended.get()) / MILLIS_PER_SECOND);
    adapter.gauge(SapflowMetric.OVER_REFUSAL, overRefusal::get);
    adapter.gauge(SapflowMetric.SAFETY_MARGIN, safetyMargin::get);
    adapter.gauge(SapflowMetric.ANSWERS_CUT, answersCut::get);
    scores = LabelledMetrics.byName(adapter, Label.JUDGE, ProbedAdapterMetrics::score);
  }

  private static LastValue score(GroupMetrics judge) {
    LastValue score = new LastValue();
    judge.gauge(SapflowMetric.HARMFUL_SCORE, score::get);
    return score;
  }

  void reported(ProbeReport report) {
    ended.set((double) report.getTime());
    overRefusal.set(report.getOverRefusal());
    safetyMargin.set(report.getSafetyMargin());
    answersCut.set(report.getAnswersCut() == null ? null : (double) report.getAnswersCut());
    for (JudgeScore score : report.getJudges()) {
      // Of a judge that judged nothing the score is not 0, but not known.
      scores.of(score.getJudge()).set(score.getPrompts() == 0 ? null : score.getScore());
    }
  }
}
