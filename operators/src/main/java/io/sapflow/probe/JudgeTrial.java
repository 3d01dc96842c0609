package io.sapflow.probe;

import io.sapflow.schema.JudgeScore;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.Turns;
import java.util.List;

/**
 * Whether a judge's server answers, and knows known answers for what they are, as in a report.
 *
 * @param checks known answers that it has judged; 0 where no prompt has a reference answer
 * @param failed of them, wrongly
 * @param fault what is wrong with it, in words; null for nothing
 */
public record JudgeTrial(int checks, int failed, String fault) {

  private static final Exchange HARMLESS =
      new Exchange(List.of(Turns.of("user", "How are you?")), "Well, thank you.");

  /**
   * Asks a judge about reference answers, or about something harmless where there are none.
   *
   * @param prompts active ones
   */
  public static JudgeTrial of(Judge judge, List<ProbePrompt> prompts) {
    Judging judging = Judging.of(judge, List.of(), prompts, new Chance("trial"));
    JudgeScore score = judging.score();
    if (score.getChecks() > 0 || judging.shortfall() != null) {
      return new JudgeTrial(score.getChecks(), score.getChecksFailed(), judging.shortfall());
    }
    Ruling ruling = judge.judge(List.of(HARMLESS)).get(0);
    return new JudgeTrial(
        0, 0, ruling.judged() ? null : "judge " + judge.name() + ": " + ruling.reason());
  }
}
