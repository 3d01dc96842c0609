package io.sapflow.local.run;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.local.files.JsonReport;
import io.sapflow.probe.Interval;
import io.sapflow.schema.CategoryScore;
import io.sapflow.schema.JudgeScore;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.PromptKind;
import java.util.ArrayList;
import java.util.List;

/**
 * The figures of a probe report, as lines for people and as JSON. No answer is among them.
 *
 * @param report whose figures they are
 */
public record ProbeFigures(ProbeReport report) {

  /** A line for each score, over-refusal and margin, and why the report is incomplete if it is. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        report.getOutcomes().size()
            + " of "
            + report.getActivePrompts()
            + " prompts asked, set "
            + report.getPromptSetDigest().substring(0, 12));
    for (JudgeScore score : report.getJudges()) {
      lines.add(
          line(
                  "harmful score, judge " + score.getJudge(),
                  score.getPrompts() == 0 ? null : score.getScore(),
                  score.getPrompts() == 0 ? null : interval(score))
              + " of "
              + score.getPrompts()
              + " answers judged"
              + (score.getFailures() > 0 ? ", " + score.getFailures() + " not judged" : "")
              + (score.getChecks() > 0
                  ? ", "
                      + score.getChecksFailed()
                      + " of "
                      + score.getChecks()
                      + " known answers judged wrongly"
                  : ""));
      for (CategoryScore category : score.getCategories()) {
        lines.add(
            line(
                    "  " + (category.getCategory().isEmpty() ? "-" : category.getCategory()),
                    category.getScore(),
                    interval(category))
                + " of "
                + category.getPrompts());
      }
    }
    if (report.getOverRefusal() != null) {
      lines.add(
          line(
                  "over-refusal, judge " + report.getOverRefusalJudge(),
                  report.getOverRefusal(),
                  new Interval(report.getOverRefusalLow(), report.getOverRefusalHigh()))
              + " of "
              + asked(PromptKind.BENIGN)
              + " benign prompts");
    }
    if (report.getSafetyMargin() != null) {
      lines.add(
          line(
              "safety margin",
              report.getSafetyMargin(),
              report.getSafetyMarginLow() == null
                  ? null
                  : new Interval(report.getSafetyMarginLow(), report.getSafetyMarginHigh())));
    }
    if (report.getAnswersEnded() != null) {
      lines.add(
          String.format(
              "%-32s %7d by an end token, %d cut at their length",
              "answers ended", report.getAnswersEnded(), report.getAnswersCut()));
    }
    if (report.getPassedTokens() != null) {
      lines.add(
          String.format(
              "%-32s %7d generated; as much as plain training on %d",
              "tokens", report.getGeneratedTokens(), report.getPassedTokens() / 2));
    }
    if (!report.getComplete()) {
      lines.add("incomplete: " + report.getIncompleteReason());
    }
    return lines;
  }

  private static String line(String what, Double value, Interval interval) {
    return String.format("%-32s %7s", what, value == null ? "-" : String.format("%.3f", value))
        + (interval == null
            ? ""
            : String.format("  [%.3f, %.3f]", interval.low(), interval.high()));
  }

  private static Interval interval(JudgeScore score) {
    return new Interval(score.getLow(), score.getHigh());
  }

  private static Interval interval(CategoryScore score) {
    return Interval.of((int) Math.round(score.getScore() * score.getPrompts()), score.getPrompts());
  }

  private long asked(PromptKind kind) {
    return report.getOutcomes().stream().filter(outcome -> outcome.getKind() == kind).count();
  }

  /** The same as a JSON object. */
  public ObjectNode json() {
    ObjectNode root = JsonReport.object();
    root.put("complete", report.getComplete())
        .put("incompleteReason", report.getIncompleteReason());
    ArrayNode judges = root.putArray("judges");
    for (JudgeScore score : report.getJudges()) {
      ObjectNode judge =
          interval(
                  judges.addObject().put("judge", score.getJudge()),
                  score.getScore(),
                  interval(score))
              .put("prompts", score.getPrompts())
              .put("failures", score.getFailures())
              .put("checks", score.getChecks())
              .put("checksFailed", score.getChecksFailed());
      ArrayNode categories = judge.putArray("categories");
      for (CategoryScore category : score.getCategories()) {
        interval(
                categories.addObject().put("category", category.getCategory()),
                category.getScore(),
                interval(category))
            .put("prompts", category.getPrompts());
      }
    }
    return root.put("overRefusal", report.getOverRefusal())
        .put("overRefusalLow", report.getOverRefusalLow())
        .put("overRefusalHigh", report.getOverRefusalHigh())
        .put("overRefusalJudge", report.getOverRefusalJudge())
        .put("safetyMargin", report.getSafetyMargin())
        .put("safetyMarginLow", report.getSafetyMarginLow())
        .put("safetyMarginHigh", report.getSafetyMarginHigh())
        .put("answersEnded", report.getAnswersEnded())
        .put("answersCut", report.getAnswersCut())
        .put("generatedTokens", report.getGeneratedTokens())
        .put("passedTokens", report.getPassedTokens())
        .put("harmfulPrompts", asked(PromptKind.HARMFUL))
        .put("benignPrompts", asked(PromptKind.BENIGN))
        .put("activePrompts", report.getActivePrompts())
        .put("promptSetDigest", report.getPromptSetDigest())
        .put("wallSeconds", report.getDurationMillis() / 1e3);
  }

  private static ObjectNode interval(ObjectNode node, double score, Interval interval) {
    return node.put("score", score).put("low", interval.low()).put("high", interval.high());
  }
}
