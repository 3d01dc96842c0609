package io.sapflow.tokens;

import io.sapflow.tokens.template.Rendering;
import io.sapflow.tokens.template.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;

/**
 * Where the assistant's turns stand in a rendered chat, in code points: as the template's
 * generation blocks say, or else from the opening of the answer up to the token that ends it.
 */
final class AssistantSpans {
  private final ChatRenderer renderer;
  private final Rendering whole;
  private final EncodedText encoded;
  private final SortedSet<Integer> endIds;

  AssistantSpans(
      ChatRenderer renderer, Rendering whole, EncodedText encoded, SortedSet<Integer> endIds) {
    this.renderer = renderer;
    this.whole = whole;
    this.encoded = encoded;
    this.endIds = endIds;
  }

  List<Span> find(List<Map<String, Object>> messages) throws ChatException {
    List<Span> spans = new ArrayList<>();
    if (!whole.generationSpans().isEmpty()) {
      for (Span span : whole.generationSpans()) {
        spans.add(withEnd(span));
      }
      return spans;
    }
    for (int i = 0; i < messages.size(); i++) {
      if ("assistant".equals(messages.get(i).get("role"))) {
        spans.add(turn(i));
      }
    }
    return spans;
  }

  /** The span with the end-of-turn token right after it, unless it holds one as its last. */
  private Span withEnd(Span span) {
    for (int i = 0; i < encoded.ids().length; i++) {
      Span token = encoded.spans().get(i);
      boolean ends = endIds.contains(encoded.ids()[i]) && token.end() > token.start();
      if (ends && token.end() == span.end()) {
        return span;
      }
      if (ends && token.start() == span.end()) {
        return new Span(span.start(), token.end());
      }
    }
    return span;
  }

  private Span turn(int message) throws ChatException {
    String text = whole.text();
    String before = renderer.render(message, true).text();
    int start = before.length();
    if (!text.startsWith(before)) {
      // An opening that the whole does not have, such as an empty thought, ends where they part.
      String base = renderer.render(message, false).text();
      start = common(text, before);
      if (start < base.length() || !text.startsWith(base)) {
        throw new ChatException(
            ChatException.TEMPLATE,
            "the chat template renders the first "
                + message
                + " messages differently once more follow: the assistant's turn cannot be found;"
                + " a template with generation blocks would be right");
      }
    }
    int from = text.codePointCount(0, start);
    String after = renderer.render(message + 1, false).text();
    int limit = text.startsWith(after) ? text.codePointCount(0, after.length()) : -1;
    int end = endOfTurn(from);
    if (end < 0 && limit < 0) {
      throw new ChatException(
          ChatException.TEMPLATE,
          "no end-of-turn token follows message "
              + message
              + " and the template changes it once more follow; eos_token_id in"
              + " generation_config.json must name the token that ends a turn");
    }
    return new Span(from, end < 0 || (limit >= 0 && limit < end) ? limit : end);
  }

  /** Contents hold no control token, so the first end token from a turn's start is its own. */
  private int endOfTurn(int from) {
    for (int i = 0; i < encoded.ids().length; i++) {
      Span token = encoded.spans().get(i);
      if (token.start() >= from && endIds.contains(encoded.ids()[i])) {
        return token.end();
      }
    }
    return -1;
  }

  private static int common(String a, String b) {
    int i = 0;
    while (i < Math.min(a.length(), b.length()) && a.charAt(i) == b.charAt(i)) {
      i++;
    }
    return i > 0 && Character.isHighSurrogate(a.charAt(i - 1)) ? i - 1 : i;
  }
}
