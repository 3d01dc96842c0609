package io.sapflow.tokens;

import io.sapflow.template.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The control tokens of a rendered text, in order: as the tokenizer found them in its beginning,
 * and beyond it as they are written.
 */
final class ControlTokens {

  /**
   * A control token.
   *
   * @param id its id
   * @param span where it stands, in code points
   */
  record Token(int id, Span span) {}

  private ControlTokens() {}

  static List<Token> find(String text, PrefixEncoder.Prefix prefix, ModelTokenizer tokenizer) {
    List<Token> found = new ArrayList<>();
    int[] ids = prefix.encoded().ids();
    for (int i = 0; i < ids.length; i++) {
      if (tokenizer.controlIds().contains(ids[i]) || tokenizer.endIds().contains(ids[i])) {
        found.add(new Token(ids[i], prefix.encoded().spans().get(i)));
      }
    }
    if (!prefix.whole()) {
      found.addAll(written(text, prefix.end(), tokenizer.controls()));
    }
    return found;
  }

  /** A control token where it is written; where several are, the longest of the first. */
  private static List<Token> written(String text, int from, Map<String, Integer> controls) {
    List<Token> all = new ArrayList<>();
    controls.forEach(
        (control, id) -> {
          int at = control.isEmpty() ? -1 : text.indexOf(control, from);
          while (at >= 0) {
            all.add(new Token(id, new Span(at, at + control.length())));
            at = text.indexOf(control, at + control.length());
          }
        });
    all.sort(
        Comparator.<Token>comparingInt(token -> token.span().start())
            .thenComparingInt(token -> -token.span().end()));
    List<Token> tokens = new ArrayList<>();
    int unit = 0;
    int points = 0;
    for (Token token : all) {
      int start = token.span().start();
      if (start >= unit) {
        points += text.codePointCount(unit, start);
        int length = text.codePointCount(start, token.span().end());
        tokens.add(new Token(token.id(), new Span(points, points + length)));
        unit = token.span().end();
        points += length;
      }
    }
    return tokens;
  }
}
