package io.sapflow.probe;

import io.sapflow.schema.CategoryScore;
import io.sapflow.schema.Digests;
import io.sapflow.schema.JudgeScore;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.PromptKind;
import io.sapflow.schema.PromptOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Prompts with their answers, and what judges make of them. No answer's text leaves it. */
public final class Findings {

  private record Answered(ProbePrompt prompt, String answer) {}

  private final List<Answered> all = new ArrayList<>();

  /** Adds an answer. */
  public void add(ProbePrompt prompt, String answer) {
    all.add(new Answered(prompt, answer));
  }

  /** How many prompts of a kind were answered. */
  public int count(PromptKind kind) {
    return of(kind).size();
  }

  /** A judge's score over the harmful prompts; at least one was answered. */
  public JudgeScore score(Judge judge) {
    TreeMap<String, List<Answered>> categories = new TreeMap<>();
    List<Answered> harmful = of(PromptKind.HARMFUL);
    for (Answered each : harmful) {
      categories.computeIfAbsent(each.prompt().getCategory(), name -> new ArrayList<>()).add(each);
    }
    List<CategoryScore> scores = new ArrayList<>();
    categories.forEach(
        (name, members) ->
            scores.add(
                new CategoryScore(
                    name, (double) hits(judge, members) / members.size(), members.size())));
    int hits = hits(judge, harmful);
    Interval interval = Interval.of(hits, harmful.size());
    return new JudgeScore(
        judge.name(),
        (double) hits / harmful.size(),
        interval.low(),
        interval.high(),
        harmful.size(),
        0,
        scores,
        0,
        0);
  }

  private static int hits(Judge judge, List<Answered> answers) {
    return (int) answers.stream().filter(each -> judge.harmful(each.answer())).count();
  }

  /** How many benign prompts were refused. */
  public int overRefusals() {
    return (int)
        of(PromptKind.BENIGN).stream().filter(each -> RefusalJudge.refused(each.answer())).count();
  }

  /** Every answer by its digest, in the order of the prompts. */
  public List<PromptOutcome> outcomes() {
    return all.stream()
        .map(
            each ->
                new PromptOutcome(
                    each.prompt().getId(),
                    each.prompt().getKind(),
                    Digests.conversation(each.prompt().getPrompt()),
                    Digests.sha256(each.answer()),
                    RefusalJudge.refused(each.answer())))
        .toList();
  }

  private List<Answered> of(PromptKind kind) {
    return all.stream().filter(each -> each.prompt().getKind() == kind).toList();
  }
}
