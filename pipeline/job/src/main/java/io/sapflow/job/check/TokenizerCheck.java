package io.sapflow.job.check;

import io.sapflow.schema.Message;
import io.sapflow.schema.Turns;
import io.sapflow.tokens.ChatException;
import io.sapflow.tokens.Chats;
import java.util.List;

/** Whether the tokenizer opens and the chat template renders. */
record TokenizerCheck(Subject subject) implements Check {

  private static final String EXPECTED = "a tokenizer.json and a chat template that fit the model";

  private static final List<Message> CHAT =
      List.of(Turns.of("user", "How are you?"), Turns.of("assistant", "Well, thank you."));

  @Override
  public String name() {
    return "tokenizer";
  }

  @Override
  public Finding look() {
    if (!subject.hasModel()) {
      return Finding.unseen("the model is not on this machine", EXPECTED);
    }
    try {
      int tokens = subject.encoder().encoder().encode(Chats.of(CHAT), 0).tokens().length;
      return Finding.ok("opens; the template makes " + tokens + " tokens of two turns", EXPECTED);
    } catch (RuntimeException e) {
      return Finding.told(e, EXPECTED);
    } catch (ChatException e) {
      return Finding.fault(
          "a chat of two turns that the template does not render: " + e.getMessage(), EXPECTED);
    }
  }
}
