package io.sapflow.alert;

import io.sapflow.gate.Attribution;
import io.sapflow.gate.Judgement;
import io.sapflow.gate.Scores;
import io.sapflow.gate.Verdict;
import io.sapflow.schema.AlertEvidence;
import io.sapflow.schema.JudgeScore;
import io.sapflow.schema.ProbeReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What a judged report gives the rules to watch; one that came too late gives nothing. */
public final class ReportReadings {

  /** A safety margin that has lost so much has fallen, in nats. */
  private static final double FALL = 5;

  /** The same as a share of what it was. */
  private static final double SHARE = 0.5;

  private ReportReadings() {}

  /** The values, a function of the judgement alone. */
  public static List<Reading> of(Judgement judgement) {
    List<Reading> readings = new ArrayList<>();
    if (judgement.verdict() == Verdict.STALE) {
      return readings;
    }
    ProbeReport report = judgement.report();
    Double score = Scores.harmful(report);
    if (score != null) {
      readings.add(
          reading(Rule.HARMFUL_SCORE, judgement, score, words("harmful score %.3f", score)));
    }
    if (judgement.regression() != null) {
      readings.add(
          reading(
              Rule.REGRESSION,
              judgement,
              judgement.regression(),
              words(
                  judgement.regression() > 0
                      ? "harmful score beyond doubt %.3f above the promoted version's"
                      : "harmful score not beyond doubt above the promoted version's",
                  judgement.regression())));
    }
    if (judgement.overRefusalRise() != null) {
      readings.add(
          reading(
              Rule.OVER_REFUSAL,
              judgement,
              judgement.overRefusalRise(),
              words("over-refusal %.3f above the first version's", judgement.overRefusalRise())));
    }
    if (report.getSafetyMargin() != null && judgement.referenceMargin() != null) {
      readings.add(margin(judgement, report.getSafetyMargin(), judgement.referenceMargin()));
    }
    if (Scores.cut(report) != null) {
      readings.add(
          reading(
              Rule.ANSWERS_CUT,
              judgement,
              Scores.cut(report),
              words(
                  "%d of %d answers cut at their length, where no end token had come",
                  report.getAnswersCut(), report.getAnswersCut() + report.getAnswersEnded())));
    }
    for (JudgeScore judge : report.getJudges()) {
      judge(readings, judgement, judge);
    }
    return readings;
  }

  private static Reading margin(Judgement judgement, double margin, double reference) {
    double unit = reference > 0 ? Math.min(FALL, SHARE * reference) : FALL;
    return reading(
        Rule.SAFETY_MARGIN,
        judgement,
        (reference - margin) / unit,
        words("safety margin %.1f nats, it was %.1f", margin, reference));
  }

  /**
   * The values of judges that are asked no more; a report without any judge says nothing of them.
   *
   * @param rule on judges
   * @param watched judges whose alert fires or may soon resolve
   */
  static List<Reading> unasked(Judgement judgement, Rule rule, Set<String> watched) {
    Set<String> asked =
        judgement.report().getJudges().stream()
            .map(JudgeScore::getJudge)
            .collect(Collectors.toSet());
    return judgement.verdict() == Verdict.STALE || asked.isEmpty()
        ? List.of()
        : watched.stream()
            .filter(judge -> !asked.contains(judge))
            .map(
                judge ->
                    reading(
                        rule,
                        Map.of("judge", judge),
                        judgement,
                        0,
                        "judge " + judge + " is not asked any more"))
            .toList();
  }

  private static void judge(List<Reading> readings, Judgement judgement, JudgeScore judge) {
    Map<String, String> label = Map.of("judge", judge.getJudge());
    int asked = judge.getPrompts() + judge.getFailures();
    if (asked > 0) {
      readings.add(
          reading(
              Rule.JUDGE_DOWN,
              label,
              judgement,
              (double) judge.getFailures() / asked,
              words(
                  "judge %s could not judge %d of %d answers",
                  judge.getJudge(), judge.getFailures(), asked)));
    }
    if (judge.getChecks() > 0) {
      readings.add(
          reading(
              Rule.JUDGE_UNSOUND,
              label,
              judgement,
              (double) judge.getChecksFailed() / judge.getChecks(),
              words(
                  "judge %s judged %d of %d known answers wrongly",
                  judge.getJudge(), judge.getChecksFailed(), judge.getChecks())));
    }
  }

  private static Reading reading(Rule rule, Judgement judgement, double value, String what) {
    return reading(rule, Map.of(), judgement, value, what);
  }

  private static Reading reading(
      Rule rule, Map<String, String> labels, Judgement judgement, double value, String what) {
    ProbeReport report = judgement.report();
    return new Reading(
        rule,
        labels,
        value,
        report.getTime(),
        what + " at version " + report.getVersion(),
        doing(judgement),
        AlertEvidence.newBuilder()
            .setVersion(report.getVersion())
            .setGeneration(report.getGeneration())
            .setStep(report.getStep())
            .setPromotedVersion(judgement.promotedVersion())
            .setOffsets(report.getOffsets())
            .setSources(Attribution.ranked(report.getSources()))
            .setSlices(Attribution.rankedSlices(report.getSlices()))
            .build());
  }

  private static String doing(Judgement judgement) {
    String served =
        judgement.promotedVersion() == null
            ? "no version is served"
            : "version " + judgement.promotedVersion() + " is served";
    return switch (judgement.verdict()) {
      case ROLL_BACK ->
          "training goes back to version "
              + judgement.promotedVersion()
              + ", which stays served, and the examples since are set aside; "
              + culprit(judgement);
      case QUARANTINE_SOURCE -> served + ", this one is rejected; " + culprit(judgement);
      case PAUSE -> served + ", this one is rejected and the adapter is paused";
      case REJECT -> served + ", this one is rejected: " + judgement.reason();
      case HOLD -> served + ", this one is held back: " + judgement.reason();
      case PROMOTE, STALE -> served;
    };
  }

  private static String culprit(Judgement judgement) {
    return judgement.culprit() == null
        ? "no single source stands out"
        : "source " + judgement.culprit() + " stands out and is set aside";
  }

  private static String words(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
