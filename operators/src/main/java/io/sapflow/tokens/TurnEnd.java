package io.sapflow.tokens;

import io.sapflow.template.Budget;
import io.sapflow.template.ChatTemplate;
import io.sapflow.template.TemplateException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The control token that a chat template writes right after an answer. */
final class TurnEnd {
  private static final String QUESTION = "Seven?";
  private static final String ANSWER = "Twelve";
  private static final Map<String, Object> ASKED = Map.of("role", "user", "content", QUESTION);
  private static final Map<String, Object> ANSWERED =
      Map.of("role", "assistant", "content", ANSWER);

  private final ChatTemplate template;
  private final Map<String, String> named;
  private final Map<String, Integer> controls;

  private TurnEnd(ChatTemplate template, Map<String, String> named, Map<String, Integer> controls) {
    this.template = template;
    this.named = named;
    this.controls = controls;
  }

  /**
   * Its id, found by rendering a question with its answer. None where the template refuses that,
   * writes no control token there, or one that opens a turn: some templates always end with an
   * opening. A token that ends turns stands there too where the talk goes on.
   *
   * @param named texts of bos_token and its like, by name
   * @param controls ids by text
   * @param known other end tokens: where one follows in the same run of control tokens, it is the
   *     end and those before it belong to the answer
   */
  static Optional<Integer> of(
      ChatTemplate template,
      Map<String, String> named,
      Map<String, Integer> controls,
      Set<Integer> known) {
    TurnEnd end = new TurnEnd(template, named, controls);
    try {
      List<String> last = end.afterAnswer(List.of(ASKED, ANSWERED));
      List<String> amidst = end.afterAnswer(List.of(ASKED, ANSWERED, ASKED));
      boolean endsLater =
          last.stream().anyMatch(it -> known.contains(controls.get(it)) && amidst.contains(it));
      if (endsLater || last.isEmpty() || amidst.isEmpty()) {
        return Optional.empty();
      }
      String first = last.get(0);
      return first.equals(amidst.get(0)) && !end.opens(first)
          ? Optional.of(controls.get(first))
          : Optional.empty();
    } catch (TemplateException e) {
      return Optional.empty(); // ModelTokenizer.check refuses the model where it is trained
    }
  }

  /** The control tokens that follow the answer, with at most white space before each. */
  private List<String> afterAnswer(List<Map<String, Object>> messages) {
    String text = render(messages, false);
    int at = text.lastIndexOf(ANSWER);
    List<String> run = new ArrayList<>();
    if (at >= 0) {
      String rest = text.substring(at + ANSWER.length()).stripLeading();
      for (String token = tokenAt(rest, 0); token != null; token = tokenAt(rest, 0)) {
        run.add(token);
        rest = rest.substring(token.length()).stripLeading();
      }
    }
    return run;
  }

  /**
   * Whether a token opens a turn. Where a prompt looks as what is no prompt, the assistant's turn
   * is not to be told from the rest; then the user's turn says it. A system prompt of the
   * template's own may stand before that, with its end: the token is the first or the last there.
   */
  private boolean opens(String token) {
    String before = render(List.of(ASKED), false);
    String prompt = render(List.of(ASKED), true);
    String opening = prompt.startsWith(before) ? prompt.substring(before.length()) : "";
    if (!opening.isBlank()) {
      return opening.contains(token);
    }
    List<String> user = tokens(before.substring(0, Math.max(0, before.lastIndexOf(QUESTION))));
    if (user.isEmpty()) {
      return false;
    }
    int first = user.size() > 1 && user.get(0).equals(named.get("bos_token")) ? 1 : 0;
    return user.get(first).equals(token) || user.get(user.size() - 1).equals(token);
  }

  private List<String> tokens(String text) {
    List<String> tokens = new ArrayList<>();
    for (int at = 0; at < text.length(); at++) {
      String token = tokenAt(text, at);
      if (token != null) {
        tokens.add(token);
        at += token.length() - 1;
      }
    }
    return tokens;
  }

  /** The longest control token at a place; null where there is none. */
  private String tokenAt(String text, int at) {
    return controls.keySet().stream()
        .filter(token -> !token.isEmpty() && text.startsWith(token, at))
        .max(Comparator.comparingInt(String::length))
        .orElse(null);
  }

  private String render(List<Map<String, Object>> messages, boolean prompt) {
    Map<String, Object> variables = ChatRenderer.variables(named, messages, null, prompt);
    return template.render(variables, Instant.EPOCH, new Budget()).text();
  }
}
