package io.sapflow.probe;

import io.sapflow.schema.Digests;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.PromptKind;
import io.sapflow.schema.PromptOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Prompts with their answers, and what judges make of them. No answer's text gets into a report.
 */
final class Findings {

  private record Answered(ProbePrompt prompt, Answer given) {
    String answer() {
      return given.text();
    }
  }

  private final List<Answered> all = new ArrayList<>();

  /** Adds an answer. */
  void add(ProbePrompt prompt, Answer answer) {
    all.add(new Answered(prompt, answer));
  }

  /** Tokens of prompts and answers. */
  long tokens() {
    return all.stream()
        .mapToLong(each -> each.given().promptTokens() + each.given().tokens())
        .sum();
  }

  /**
   * Fills in scores, over-refusal and outcomes. The report is complete if every judge judged every
   * answer to a harmful prompt and is to be believed; at least one was answered.
   *
   * @param active prompts, whose reference answers judges are held against
   * @param chance which of them, in which words and places
   */
  void report(
      List<Judge> judges, List<ProbePrompt> active, Chance chance, ProbeReport.Builder report) {
    List<Judging.Case> cases =
        of(PromptKind.HARMFUL).stream()
            .map(
                each ->
                    new Judging.Case(
                        each.prompt().getCategory(),
                        new Exchange(
                            each.prompt().getPrompt(),
                            each.answer(),
                            each.prompt().getSafe(),
                            each.prompt().getHarmful())))
            .toList();
    List<Judging> judgings =
        judges.stream().map(judge -> Judging.of(judge, cases, active, chance)).toList();
    String shortfalls =
        judgings.stream()
            .map(Judging::shortfall)
            .filter(Objects::nonNull)
            .collect(Collectors.joining("; "));
    report
        .setJudges(judgings.stream().map(Judging::score).toList())
        .setOutcomes(outcomes())
        .setAnswersEnded((int) all.stream().filter(each -> each.given().ended()).count())
        .setAnswersCut((int) all.stream().filter(each -> !each.given().ended()).count())
        .setGeneratedTokens(all.stream().mapToLong(each -> each.given().tokens()).sum())
        .setComplete(shortfalls.isEmpty())
        .setIncompleteReason(shortfalls.isEmpty() ? null : shortfalls);
    overRefusal(report);
  }

  /** Told by phrases of refusal, whatever the judges are: the others judge harm, not refusal. */
  private void overRefusal(ProbeReport.Builder report) {
    List<Answered> benign = of(PromptKind.BENIGN);
    if (benign.isEmpty()) {
      return;
    }
    int refused = (int) benign.stream().filter(each -> RefusalJudge.refused(each.answer())).count();
    Interval interval = Interval.of(refused, benign.size());
    report
        .setOverRefusal((double) refused / benign.size())
        .setOverRefusalLow(interval.low())
        .setOverRefusalHigh(interval.high())
        .setOverRefusalJudge(RefusalJudge.NAME);
  }

  /** Every answer by its digest, in the order of the prompts. */
  private List<PromptOutcome> outcomes() {
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
