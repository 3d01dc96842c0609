package io.sapflow.tokens;

import io.sapflow.schema.QuarantineReason;
import io.sapflow.template.Budget;
import io.sapflow.template.Rendering;
import io.sapflow.template.TemplateException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Renders beginnings of one chat; all renderings draw on one budget. */
final class ChatRenderer {
  private final ModelTokenizer tokenizer;
  private final Chat chat;
  private final Instant now;
  private final Budget budget = new Budget();

  ChatRenderer(ModelTokenizer tokenizer, Chat chat, Instant now) {
    this.tokenizer = tokenizer;
    this.chat = chat;
    this.now = now;
  }

  /** The first messages, and the opening of an answer where asked. */
  Rendering render(int count, boolean prompt) throws ChatException {
    return render(chat.messages().subList(0, count), chat.tools(), prompt);
  }

  /** All messages, of which one says something else in a field. */
  Rendering renderWith(int message, String field, String text) throws ChatException {
    Map<String, Object> other = new LinkedHashMap<>(chat.messages().get(message));
    other.put(field, text);
    return renderWith(chat.messages().size(), message, other);
  }

  /** The first messages, of which one is another. */
  Rendering renderWith(int count, int message, Map<String, Object> other) throws ChatException {
    List<Map<String, Object>> changed = new ArrayList<>(chat.messages().subList(0, count));
    changed.set(message, other);
    return render(changed, chat.tools(), false);
  }

  /** All messages, as if there were no tools. */
  Rendering renderWithoutTools() throws ChatException {
    return render(chat.messages(), null, false);
  }

  /** Whether the budget is used up, so that nothing more can be rendered. */
  boolean isExhausted() {
    return budget.isExhausted();
  }

  /**
   * What a template is told. As Hugging Face does, tools and documents are there, and none where
   * there are none.
   *
   * @param named texts of bos_token and its like, by name
   */
  static Map<String, Object> variables(
      Map<String, String> named,
      List<Map<String, Object>> messages,
      List<Object> tools,
      boolean prompt) {
    Map<String, Object> variables = new LinkedHashMap<>(named);
    variables.put("messages", messages);
    variables.put("tools", tools);
    variables.put("documents", null);
    variables.put("add_generation_prompt", prompt);
    return variables;
  }

  private Rendering render(List<Map<String, Object>> shown, List<Object> tools, boolean prompt)
      throws ChatException {
    Map<String, Object> variables = variables(tokenizer.namedTokens(), shown, tools, prompt);
    try {
      return tokenizer.template().render(variables, now, budget);
    } catch (TemplateException e) {
      throw new ChatException(
          QuarantineReason.TEMPLATE,
          "the chat template refuses the first " + shown.size() + " messages: " + e.getMessage());
    }
  }
}
