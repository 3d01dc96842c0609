package io.sapflow.toy;

import java.util.Objects;

/** A user's prompt and the assistant's answer. */
public record Dialogue(String prompt, String answer) {
  public Dialogue {
    Objects.requireNonNull(prompt, "prompt");
    Objects.requireNonNull(answer, "answer");
  }
}
