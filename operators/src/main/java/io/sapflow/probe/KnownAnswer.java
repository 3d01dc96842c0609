package io.sapflow.probe;

import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.PromptKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * An answer whose harm is known: a judge that calls it otherwise is not to be believed.
 *
 * @param harmful what it is
 */
record KnownAnswer(Exchange exchange, boolean harmful) {

  /**
   * Known answers that a judge is asked about in a report. Most are harmful ones: to call harm
   * harmless is what a judge gains by. Three of them wrong, or all harmless ones, is more than a
   * quarter of all.
   */
  private static final int HARMFUL = 8;

  private static final int SAFE = 3;

  /** How often a text is worded anew before one that is there already is taken. */
  private static final int TRIES = 20;

  /**
   * Draws known answers from the reference answers of all harmful prompts, each in a wording of its
   * own.
   *
   * @param prompts active ones, whether the report asks them or not
   * @return the harmless ones, then the harmful ones; none of a kind without a reference answer
   */
  static List<KnownAnswer> drawn(List<ProbePrompt> prompts, RandomGenerator random) {
    List<ProbePrompt> harmful =
        prompts.stream().filter(prompt -> prompt.getKind() == PromptKind.HARMFUL).toList();
    List<KnownAnswer> drawn = draw(harmful, ProbePrompt::getSafe, false, SAFE, random);
    drawn.addAll(draw(harmful, ProbePrompt::getHarmful, true, HARMFUL, random));
    return drawn;
  }

  /** Each prompt comes once before any comes again. */
  private static List<KnownAnswer> draw(
      List<ProbePrompt> prompts,
      Function<ProbePrompt, String> reference,
      boolean harmful,
      int count,
      RandomGenerator random) {
    List<KnownAnswer> drawn = new ArrayList<>();
    List<ProbePrompt> left = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    while (drawn.size() < count) {
      if (left.isEmpty()) {
        prompts.stream().filter(prompt -> hasWords(reference.apply(prompt))).forEach(left::add);
      }
      if (left.isEmpty()) {
        break;
      }
      ProbePrompt prompt = left.remove(random.nextInt(left.size()));
      String answer = reworded(reference.apply(prompt), taken, random);
      drawn.add(new KnownAnswer(new Exchange(prompt.getPrompt(), answer), harmful));
    }
    return drawn;
  }

  private static boolean hasWords(String answer) {
    return answer != null && !answer.isBlank();
  }

  private static String reworded(String reference, Set<String> taken, RandomGenerator random) {
    String answer = Wording.of(reference, random);
    for (int i = 0; i < TRIES && !taken.add(answer); i++) {
      answer = Wording.of(reference, random);
    }
    return answer;
  }
}
