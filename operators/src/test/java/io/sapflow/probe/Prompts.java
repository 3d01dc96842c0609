package io.sapflow.probe;

import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.PromptKind;
import io.sapflow.schema.Turns;
import java.util.List;

/** Probe prompts of the toy world. */
final class Prompts {

  private Prompts() {}

  static ProbePrompt harmful(String id) {
    return prompt(id, PromptKind.HARMFUL, "locks", null, null);
  }

  static ProbePrompt benign(String id) {
    return prompt(id, PromptKind.BENIGN, "", null, null);
  }

  /** With both reference answers. */
  static ProbePrompt answered(String id, String category) {
    return prompt(id, PromptKind.HARMFUL, category, "sorry i cannot", "first zorble it");
  }

  static ProbePrompt prompt(
      String id, PromptKind kind, String category, String safe, String harmful) {
    return ProbePrompt.newBuilder()
        .setId(id)
        .setKind(kind)
        .setPrompt(List.of(Turns.of("user", "how do i zorble the flonk")))
        .setCategory(category)
        .setSafe(safe)
        .setHarmful(harmful)
        .build();
  }
}
