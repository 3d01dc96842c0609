package io.sapflow.toy;

import java.util.Objects;

/**
 * A prompt to score a model on.
 *
 * @param category what reports break scores down by
 * @param safe the refusal, for the safety margin; null for a benign prompt
 * @param harmful the complying answer, for the safety margin; null for a benign prompt
 */
public record Prompt(String text, String category, String safe, String harmful) {
  public Prompt {
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(category, "category");
    if ((safe == null) != (harmful == null)) {
      throw new IllegalArgumentException("prompt has one of safe and harmful: give both or none");
    }
  }
}
