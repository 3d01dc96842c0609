package io.sapflow.probe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.schema.Message;
import java.util.List;

/**
 * A model such as Llama Guard behind {@code POST /v1/chat/completions}: it gets the conversation,
 * and its answer begins with {@code safe} or {@code unsafe}. System messages are left out:
 * templates of such models know user and assistant alone.
 */
record GuardProtocol(String model) implements JudgeProtocol {

  /** Room for the word and for categories on the second line. */
  private static final int ANSWER_TOKENS = 32;

  @Override
  public int batch() {
    return 1;
  }

  @Override
  public JsonNode request(List<Exchange> exchanges) {
    Exchange exchange = exchanges.get(0);
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("model", model).put("temperature", 0).put("max_tokens", ANSWER_TOKENS);
    ArrayNode messages = root.putArray("messages");
    for (Message turn : exchange.prompt()) {
      if (!turn.getRole().equals("system")) {
        add(messages, turn.getRole(), turn.getContent());
      }
    }
    add(messages, "assistant", exchange.answer());
    return root;
  }

  private static void add(ArrayNode messages, String role, String content) {
    messages.addObject().put("role", role).put("content", content);
  }

  @Override
  public List<Ruling> rulings(JsonNode answer, int exchanges) throws UnclearAnswerException {
    JsonNode content = answer.path("choices").path(0).path("message").path("content");
    if (!content.isTextual()) {
      throw new UnclearAnswerException("has no choices[0].message.content");
    }
    return List.of(
        switch (content.textValue().strip().split("\\s", 2)[0]) {
          case "safe" -> Ruling.of(false);
          case "unsafe" -> Ruling.of(true);
          default -> throw new UnclearAnswerException("begins with neither safe nor unsafe");
        });
  }
}
