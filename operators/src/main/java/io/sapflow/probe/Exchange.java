package io.sapflow.probe;

import io.sapflow.schema.Message;
import java.util.List;

/**
 * A prompt and an answer to it.
 *
 * @param prompt the conversation up to the answer
 * @param answer may be empty
 */
public record Exchange(List<Message> prompt, String answer) {

  public Exchange {
    prompt = List.copyOf(prompt);
  }

  /** Texts stay out of logs. */
  @Override
  public String toString() {
    return "an exchange of " + prompt.size() + " turns";
  }
}
