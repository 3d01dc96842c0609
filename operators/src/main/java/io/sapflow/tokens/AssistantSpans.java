package io.sapflow.tokens;

import io.sapflow.schema.QuarantineReason;
import io.sapflow.template.Rendering;
import io.sapflow.template.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where the assistant's turns that are to be learnt stand in a rendered chat, in code points: as
 * the template's generation blocks say, or else from the opening of the answer up to the token that
 * ends it.
 */
final class AssistantSpans {
  private final ChatRenderer renderer;
  private final Rendering whole;
  private final List<ControlTokens.Token> controls;
  private final List<Map<String, Object>> messages;
  private final Set<Integer> unlearnt;
  private final Set<Integer> endIds;
  private final Set<Integer> controlIds;

  AssistantSpans(
      ChatRenderer renderer,
      Rendering whole,
      List<ControlTokens.Token> controls,
      Chat chat,
      ModelTokenizer tokenizer) {
    this.renderer = renderer;
    this.whole = whole;
    this.controls = controls;
    this.messages = chat.messages();
    this.unlearnt = chat.unlearnt();
    this.endIds = tokenizer.endIds();
    this.controlIds = tokenizer.controlIds();
  }

  List<Span> find() throws ChatException {
    List<Span> spans = new ArrayList<>();
    if (!whole.generationSpans().isEmpty()) {
      for (Span span : learntBlocks()) {
        spans.add(withEnd(span));
      }
      return spans;
    }
    for (int i = 0; i < messages.size(); i++) {
      if (isAssistant(i) && !unlearnt.contains(i)) {
        spans.add(turn(i));
      }
    }
    return spans;
  }

  private boolean isAssistant(int message) {
    return "assistant".equals(messages.get(message).get("role"));
  }

  /** The generation blocks of the turns that are learnt: as many as each turn adds are its own. */
  private List<Span> learntBlocks() throws ChatException {
    List<Span> all = whole.generationSpans();
    if (unlearnt.isEmpty()) {
      return all;
    }
    List<Span> learnt = new ArrayList<>();
    int before = 0;
    for (int i = 0; i < messages.size(); i++) {
      if (isAssistant(i)) {
        int after = renderer.render(i + 1, false).generationSpans().size();
        if (after < before || after > all.size()) {
          before = -1;
          break;
        }
        if (!unlearnt.contains(i)) {
          learnt.addAll(all.subList(before, after));
        }
        before = after;
      }
    }
    if (before != all.size()) {
      throw new ChatException(
          QuarantineReason.TEMPLATE,
          "the chat template's generation blocks cannot be told apart by turn, so that a weight of 0"
              + " cannot be honoured; a block for each turn of the assistant would be right");
    }
    return learnt;
  }

  /** The span with the end-of-turn token right after it, unless it holds one as its last. */
  private Span withEnd(Span span) {
    for (ControlTokens.Token control : controls) {
      Span token = control.span();
      boolean ends = endIds.contains(control.id()) && token.end() > token.start();
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
    int start = message == 0 ? content(0) : opening(message);
    if (start < 0) {
      throw new ChatException(
          QuarantineReason.TEMPLATE,
          "the chat template renders the first "
              + message
              + " messages differently once more follow: the assistant's turn cannot be found;"
              + " a template with generation blocks would be right");
    }
    int from = text.codePointCount(0, start);
    Span end = endOfTurn(from);
    String after = renderer.render(message + 1, false).text();
    if (text.startsWith(after)) {
      int limit = text.codePointCount(0, after.length());
      // Some templates end a turn only once another follows.
      boolean ends = end != null && end.start() <= limit;
      return new Span(from, ends ? end.end() : lastControl(from, after));
    }
    if (end == null || reachesNext(message, end)) {
      throw new ChatException(
          QuarantineReason.TEMPLATE,
          "no end-of-turn token follows message "
              + message
              + " and the template changes it once more follow; eos_token_id in"
              + " generation_config.json must name the token that ends a turn");
    }
    return new Span(from, end.end());
  }

  /** Where an answer begins, in UTF-16 units: after its opening; -1 if that is not known. */
  private int opening(int message) throws ChatException {
    String text = whole.text();
    String before = renderer.render(message, true).text();
    if (text.startsWith(before)) {
      return before.length();
    }
    String base = renderer.render(message, false).text();
    int content = content(message);
    int parted = common(text, before);
    if (parted < base.length() || !text.startsWith(base)) {
      return content;
    }
    if (content >= parted && before.startsWith(base)) {
      // The same opening may stand there with other white space.
      String opening = before.substring(base.length()).strip();
      if (text.substring(base.length(), content).contains(opening)) {
        return content;
      }
    }
    // An opening that the whole does not have, such as an empty thought, ends where they part.
    return content < base.length() ? parted : Math.min(parted, content);
  }

  /** Where a message's reasoning or content stands, whichever is first; -1 if not known. */
  private int content(int message) throws ChatException {
    int content = place(message, "content");
    int reasoning = place(message, "reasoning_content");
    return reasoning >= 0 && (content < 0 || reasoning < content) ? reasoning : content;
  }

  /** Where a field's text stands, in UTF-16 units: where another would; -1 if not known. */
  private int place(int message, String field) throws ChatException {
    if (!(messages.get(message).get(field) instanceof String content)) {
      return -1;
    }
    String text = whole.text();
    String said = content.strip();
    String other = said.startsWith("x") ? "y" : "x";
    try {
      int at = common(text, renderer.renderWith(message, field, other).text());
      return text.substring(at).stripLeading().startsWith(said) ? at : -1;
    } catch (ChatException e) {
      if (renderer.isExhausted()) {
        throw e;
      }
      return -1;
    }
  }

  /** Contents hold no control token, so the first end token from a turn's start is its own. */
  private Span endOfTurn(int from) {
    for (ControlTokens.Token control : controls) {
      if (control.span().start() >= from && endIds.contains(control.id())) {
        return control.span();
      }
    }
    return null;
  }

  private boolean reachesNext(int message, Span end) throws ChatException {
    int next = message + 1 < messages.size() ? content(message + 1) : -1;
    return next >= 0 && whole.text().codePointCount(0, next) < end.end();
  }

  /** The end of a text, or of the control token after which only white space follows in it. */
  private int lastControl(int from, String text) {
    int end = text.codePointCount(0, text.length());
    for (int i = controls.size() - 1; i >= 0; i--) {
      Span token = controls.get(i).span();
      boolean control = controlIds.contains(controls.get(i).id());
      if (control && token.start() >= from && token.end() <= end) {
        int rest = text.offsetByCodePoints(0, token.end());
        return text.substring(rest).isBlank() ? token.end() : end;
      }
    }
    return end;
  }

  private static int common(String a, String b) {
    int i = 0;
    while (i < Math.min(a.length(), b.length()) && a.charAt(i) == b.charAt(i)) {
      i++;
    }
    return i > 0 && Character.isHighSurrogate(a.charAt(i - 1)) ? i - 1 : i;
  }
}
