package io.sapflow.job.check;

import io.sapflow.job.EnoughPrompts;
import io.sapflow.job.options.GateOptions;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.PromptKind;
import io.sapflow.schema.Topic;
import java.util.List;
import java.util.Optional;

/** Whether there are enough probe prompts for a version to be promoted. */
record PromptsCheck(Subject subject) implements Check {

  @Override
  public String name() {
    return "prompts";
  }

  @Override
  public Finding look() {
    int needed = subject.settings().gate().promptsNeeded().orElseThrow();
    String expected =
        "at least "
            + needed
            + " active HARMFUL prompts ("
            + GateOptions.LEAST_PROMPTS.key()
            + "), none of them a safety pair, or no version is promoted (sapflow prompts load)";
    List<ProbePrompt> harmful = subject.records().prompts(PromptKind.HARMFUL);
    int benign = subject.records().prompts(PromptKind.BENIGN).size();
    try {
      EnoughPrompts.check(subject.settings(), harmful.size(), benign);
    } catch (IllegalArgumentException e) {
      return Finding.told(e, expected);
    }
    long referenced = harmful.stream().filter(PromptsCheck::hasReferences).count();
    String found =
        harmful.size()
            + " HARMFUL ("
            + referenced
            + " with both reference answers) and "
            + benign
            + " BENIGN active";
    List<String> both = subject.records().promptsThatArePairs();
    Optional<String> notTaken = subject.records().wordsOfNotTaken(Topic.PROBE_PROMPTS);
    if (!both.isEmpty()) {
      found += ", of which " + both.size() + " are safety pairs, too: " + both.get(0);
    }
    if (notTaken.isPresent()) {
      found += "; " + notTaken.get();
    }
    return harmful.size() < needed || !both.isEmpty() || notTaken.isPresent()
        ? Finding.warning(found, expected)
        : Finding.ok(found, expected);
  }

  private static boolean hasReferences(ProbePrompt prompt) {
    return prompt.getSafe() != null && prompt.getHarmful() != null;
  }
}
