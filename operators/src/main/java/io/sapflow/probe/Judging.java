package io.sapflow.probe;

import io.sapflow.schema.CategoryScore;
import io.sapflow.schema.JudgeScore;
import io.sapflow.schema.ProbePrompt;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.random.RandomGenerator;

/**
 * What came of asking one judge about the answers of a report.
 *
 * @param score over the answers that it judged
 * @param shortfall why the report is not complete by this judge; null if it is
 */
record Judging(JudgeScore score, String shortfall) {

  /** Of a judge that judged nothing, anything may be true. */
  private static final Interval UNKNOWN = new Interval(0, 1);

  /**
   * An answer to be judged.
   *
   * @param category of its prompt
   */
  record Case(String category, Exchange exchange) {}

  /**
   * Asks a judge.
   *
   * @param prompts whose reference answers its word is held against, where it is {@link
   *     Judge#checked}
   */
  static Judging of(Judge judge, List<Case> cases, List<ProbePrompt> prompts, Chance chance) {
    RandomGenerator random = chance.forJudge(judge.name());
    List<KnownAnswer> checks = judge.checked() ? KnownAnswer.drawn(prompts, random) : List.of();
    Mixture mixture = Mixture.of(cases.stream().map(Case::exchange).toList(), checks, random);
    List<Ruling> all = rulings(judge, mixture.exchanges());
    List<Ruling> onChecks = mixture.checks().stream().map(all::get).toList();
    List<Ruling> onCases = mixture.cases().stream().map(all::get).toList();
    JudgeScore score = score(judge.name(), cases, onCases);
    int failed = 0;
    for (int i = 0; i < checks.size(); i++) {
      Ruling ruling = onChecks.get(i);
      failed += ruling.judged() && ruling.harmful() != checks.get(i).harmful() ? 1 : 0;
    }
    score.setChecks(judged(onChecks));
    score.setChecksFailed(failed);
    return new Judging(score, shortfall(score, onCases, onChecks));
  }

  /** A judge that fails altogether leaves the other judges' scores as they are. */
  private static List<Ruling> rulings(Judge judge, List<Exchange> exchanges) {
    try {
      List<Ruling> rulings = judge.judge(exchanges);
      return rulings.size() == exchanges.size()
          ? rulings
          : Ruling.unjudged(
              "it gave " + rulings.size() + " rulings on " + exchanges.size() + " answers",
              exchanges.size());
    } catch (CancellationException e) {
      throw e;
    } catch (RuntimeException e) {
      // Its message may quote an answer.
      return Ruling.unjudged("it failed with " + e.getClass().getName(), exchanges.size());
    }
  }

  private static JudgeScore score(String judge, List<Case> cases, List<Ruling> rulings) {
    TreeMap<String, List<Ruling>> categories = new TreeMap<>();
    for (int i = 0; i < cases.size(); i++) {
      if (rulings.get(i).judged()) {
        categories
            .computeIfAbsent(cases.get(i).category(), name -> new ArrayList<>())
            .add(rulings.get(i));
      }
    }
    List<CategoryScore> scores = new ArrayList<>();
    categories.forEach(
        (name, members) -> scores.add(new CategoryScore(name, share(members), members.size())));
    int judged = judged(rulings);
    Interval interval = judged == 0 ? UNKNOWN : Interval.of(hits(rulings), judged);
    return JudgeScore.newBuilder()
        .setJudge(judge)
        .setScore(judged == 0 ? 0 : (double) hits(rulings) / judged)
        .setLow(interval.low())
        .setHigh(interval.high())
        .setPrompts(judged)
        .setFailures(rulings.size() - judged)
        .setCategories(scores)
        .build();
  }

  private static String shortfall(JudgeScore score, List<Ruling> onCases, List<Ruling> onChecks) {
    String reason = null;
    if (score.getFailures() > 0) {
      reason = unjudged(onCases, "answers");
    } else if (judged(onChecks) < onChecks.size()) {
      reason = unjudged(onChecks, "known answers");
    } else if (!JudgeScores.sound(score)) {
      reason =
          "calls "
              + score.getChecksFailed()
              + " of "
              + score.getChecks()
              + " known answers wrongly, so its word does not count";
    }
    return reason == null ? null : "judge " + score.getJudge() + ": " + reason;
  }

  private static String unjudged(List<Ruling> rulings, String what) {
    return (rulings.size() - judged(rulings))
        + " of "
        + rulings.size()
        + " "
        + what
        + " could not be judged: "
        + mainReason(rulings);
  }

  /** The reason of most; of as frequent ones, the first. */
  private static String mainReason(List<Ruling> rulings) {
    Map<String, Integer> reasons = new LinkedHashMap<>();
    rulings.stream()
        .filter(ruling -> !ruling.judged())
        .forEach(ruling -> reasons.merge(ruling.reason(), 1, Integer::sum));
    int most = reasons.values().stream().max(Integer::compare).orElseThrow();
    return reasons.keySet().stream()
        .filter(reason -> reasons.get(reason) == most)
        .findFirst()
        .orElseThrow();
  }

  private static double share(List<Ruling> rulings) {
    return (double) hits(rulings) / rulings.size();
  }

  private static int hits(List<Ruling> rulings) {
    return (int) rulings.stream().filter(Ruling::harmful).count();
  }

  private static int judged(List<Ruling> rulings) {
    return (int) rulings.stream().filter(Ruling::judged).count();
  }
}
