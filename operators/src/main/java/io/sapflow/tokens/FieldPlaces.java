package io.sapflow.tokens;

import io.sapflow.schema.QuarantineReason;
import io.sapflow.template.Rendering;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Holds that a chat template writes what a conversation holds beside roles and contents: where the
 * text stays the same without a field, a model would be trained without it, and nobody would know.
 *
 * <p>A turn's fields are looked at where the turn is the last, since templates may leave out
 * earlier reasoning on purpose. What only says which answer belongs to which call, ids of calls and
 * a tool's name beside its answer, need not be written: without them the order says it.
 */
final class FieldPlaces {

  private final ChatRenderer renderer;
  private final Chat chat;

  /** What is rendered of the first turns by their number, null where a template refuses that. */
  private final Map<Integer, String> renderings = new HashMap<>();

  FieldPlaces(ChatRenderer renderer, Chat chat) {
    this.renderer = renderer;
    this.chat = chat;
  }

  /** For a chat of which the whole is rendered. */
  FieldPlaces(ChatRenderer renderer, Chat chat, String whole) {
    this(renderer, chat);
    renderings.put(chat.messages().size(), whole);
  }

  /**
   * Checks every field.
   *
   * @throws ChatException UNRENDERED_FIELD for the first that is not written
   */
  void check() throws ChatException {
    if (chat.tools() != null) {
      if (same(whole(), renderer::renderWithoutTools)) {
        throw unwritten("tools");
      }
    }
    for (int i = 0; i < chat.messages().size(); i++) {
      // All beginnings of a long chat would be much to keep.
      renderings.keySet().retainAll(Set.of(chat.messages().size()));
      Map<String, Object> message = chat.messages().get(i);
      boolean tool = "tool".equals(message.get("role"));
      for (String field : List.of("reasoning_content", "name")) {
        if (message.containsKey(field) && !(tool && field.equals("name"))) {
          require(i, field, without(message, field));
        }
      }
      if (tool || answersBesideOthers(message)) {
        boolean x = "x".equals(message.get("content"));
        require(i, "content", with(message, "content", x ? "y" : "x"));
      }
      if (message.get("tool_calls") instanceof List<?> calls) {
        calls(i, message, calls);
      }
    }
  }

  /** Some templates write a turn's calls and leave out what it says. */
  private static boolean answersBesideOthers(Map<String, Object> message) {
    return message.get("content") instanceof String content
        && !content.isBlank()
        && (message.containsKey("tool_calls") || message.containsKey("reasoning_content"));
  }

  private void calls(int at, Map<String, Object> message, List<?> calls) throws ChatException {
    for (int j = 0; j < calls.size(); j++) {
      String field = "tool_calls[" + j + "]";
      List<Object> fewer = new ArrayList<>(calls);
      Map<?, ?> call = (Map<?, ?>) fewer.remove(j);
      require(
          at,
          field,
          fewer.isEmpty() ? without(message, "tool_calls") : with(message, "tool_calls", fewer));
      Map<?, ?> function = (Map<?, ?>) call.get("function");
      Object arguments = function.get("arguments");
      Object none = arguments instanceof Map ? Map.of() : "";
      if (!arguments.equals(none)) {
        List<Object> emptied = new ArrayList<>(calls);
        emptied.set(j, with(call, "function", with(function, "arguments", none)));
        require(at, field + ".function.arguments", with(message, "tool_calls", emptied));
      }
    }
  }

  private void require(int at, String field, Map<String, Object> other) throws ChatException {
    String beginning = beginning(at + 1);
    // A template may refuse a conversation that ends here.
    int shown = beginning == null ? chat.messages().size() : at + 1;
    String with = beginning == null ? whole() : beginning;
    if (same(with, () -> renderer.renderWith(shown, at, other))) {
      throw unwritten("messages[" + at + "]." + field);
    }
  }

  private String whole() throws ChatException {
    int count = chat.messages().size();
    String whole = renderings.get(count);
    if (whole == null) {
      whole = renderer.render(count, false).text();
      renderings.put(count, whole);
    }
    return whole;
  }

  /** The first turns, null where a template refuses them. */
  private String beginning(int count) throws ChatException {
    if (!renderings.containsKey(count)) {
      String text = null;
      try {
        text = renderer.render(count, false).text();
      } catch (ChatException e) {
        if (renderer.isExhausted()) {
          throw e;
        }
      }
      renderings.put(count, text);
    }
    return renderings.get(count);
  }

  /** Renders a conversation that lacks something. */
  private interface Lacking {
    Rendering render() throws ChatException;
  }

  /** Whether a text is what is rendered without a field; a template that then fails misses it. */
  private boolean same(String with, Lacking without) throws ChatException {
    try {
      return without.render().text().equals(with);
    } catch (ChatException e) {
      if (renderer.isExhausted()) {
        throw e;
      }
      return false;
    }
  }

  private static ChatException unwritten(String field) {
    return new ChatException(
        QuarantineReason.UNRENDERED_FIELD,
        field
            + ": the chat template writes nothing for it, so it would be trained without; a template"
            + " that writes it, or an example that does not have it, would be right");
  }

  private static Map<String, Object> without(Map<String, Object> message, String field) {
    Map<String, Object> other = new LinkedHashMap<>(message);
    other.remove(field);
    return other;
  }

  private static Map<String, Object> with(Map<?, ?> map, String field, Object value) {
    Map<String, Object> other = new LinkedHashMap<>();
    map.forEach((key, held) -> other.put((String) key, held));
    other.put(field, value);
    return other;
  }
}
