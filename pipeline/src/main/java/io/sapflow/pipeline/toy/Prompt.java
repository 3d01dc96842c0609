package io.sapflow.pipeline.toy;

import java.util.Objects;

/** A prompt without an answer, and the category that reports break scores down by. */
public record Prompt(String text, String category) {
  public Prompt {
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(category, "category");
  }
}
