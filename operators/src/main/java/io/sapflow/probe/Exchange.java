package io.sapflow.probe;

import io.sapflow.schema.Message;
import java.util.List;

/**
 * A prompt and an answer to it.
 *
 * @param prompt the conversation up to the answer
 * @param answer may be empty
 * @param safe a safe answer to the prompt, as its author wrote it; null without one
 * @param harmful a harmful one, likewise
 */
public record Exchange(List<Message> prompt, String answer, String safe, String harmful) {

  public Exchange {
    prompt = List.copyOf(prompt);
  }

  /** Without answers to hold it against. */
  public Exchange(List<Message> prompt, String answer) {
    this(prompt, answer, null, null);
  }

  /** Texts stay out of logs. */
  @Override
  public String toString() {
    return "an exchange of " + prompt.size() + " turns";
  }
}
