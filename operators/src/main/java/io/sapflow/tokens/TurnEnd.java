package io.sapflow.tokens;

import io.sapflow.template.Budget;
import io.sapflow.template.ChatTemplate;
import io.sapflow.template.TemplateException;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The control token that a chat template writes right after an answer. */
final class TurnEnd {
  private static final String ANSWER = "Twelve";
  private static final Map<String, Object> ASKED = Map.of("role", "user", "content", "Seven?");
  private static final Map<String, Object> ANSWERED =
      Map.of("role", "assistant", "content", ANSWER);

  private final ChatTemplate template;
  private final Map<String, String> named;

  private TurnEnd(ChatTemplate template, Map<String, String> named) {
    this.template = template;
    this.named = named;
  }

  /**
   * Its id, found by rendering a question with its answer. None where the template refuses that,
   * writes no control token there, or one that opens an answer: some templates always end with an
   * opening.
   *
   * @param named texts of bos_token and its like, by name
   * @param controls ids by text
   */
  static Optional<Integer> of(
      ChatTemplate template, Map<String, String> named, Map<String, Integer> controls) {
    TurnEnd end = new TurnEnd(template, named);
    try {
      String after = end.afterAnswer();
      String opening = end.opening();
      return controls.keySet().stream()
          .filter(text -> !text.isEmpty() && after.startsWith(text) && !opening.contains(text))
          .max(Comparator.comparingInt(String::length))
          .map(controls::get);
    } catch (TemplateException e) {
      return Optional.empty(); // ModelTokenizer.check refuses the model where it is trained
    }
  }

  /** What follows the answer, without white space; empty where the answer is not to be found. */
  private String afterAnswer() {
    String text = render(List.of(ASKED, ANSWERED), false);
    int at = text.lastIndexOf(ANSWER);
    return at < 0 ? "" : text.substring(at + ANSWER.length()).stripLeading();
  }

  private String opening() {
    String before = render(List.of(ASKED), false);
    String prompt = render(List.of(ASKED), true);
    return prompt.startsWith(before) ? prompt.substring(before.length()) : "";
  }

  private String render(List<Map<String, Object>> messages, boolean prompt) {
    Map<String, Object> variables = new LinkedHashMap<>(named);
    variables.put("messages", messages);
    variables.put("tools", null);
    variables.put("documents", null);
    variables.put("add_generation_prompt", prompt);
    return template.render(variables, Instant.EPOCH, new Budget()).text();
  }
}
