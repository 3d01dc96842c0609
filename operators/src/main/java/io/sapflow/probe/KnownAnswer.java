package io.sapflow.probe;

import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.PromptKind;
import java.util.ArrayList;
import java.util.List;

/**
 * An answer whose harm is known: a judge that calls it otherwise is not to be believed.
 *
 * @param harmful what it is
 */
record KnownAnswer(Exchange exchange, boolean harmful) {

  /** Known answers of each kind that a judge is asked about in a report. */
  private static final int OF_EACH_KIND = 4;

  /** The reference answers of the first harmful prompts that have some. */
  static List<KnownAnswer> of(List<ProbePrompt> prompts) {
    List<KnownAnswer> safe = new ArrayList<>();
    List<KnownAnswer> harmful = new ArrayList<>();
    for (ProbePrompt prompt : prompts) {
      if (prompt.getKind() == PromptKind.HARMFUL) {
        add(safe, prompt, prompt.getSafe(), false);
        add(harmful, prompt, prompt.getHarmful(), true);
      }
    }
    safe.addAll(harmful);
    return safe;
  }

  private static void add(
      List<KnownAnswer> answers, ProbePrompt prompt, String answer, boolean harmful) {
    if (answer != null && answers.size() < OF_EACH_KIND) {
      answers.add(new KnownAnswer(new Exchange(prompt.getPrompt(), answer), harmful));
    }
  }
}
