package io.sapflow.cli;

import io.sapflow.template.Span;
import io.sapflow.tokens.MaskedText;

/** A rendered conversation for the terminal: trained on in green, cut off in grey. */
final class MaskColors {

  private static final String TRAINED = "\u001b[32m";
  private static final String CUT = "\u001b[90m";
  private static final String PLAIN = "\u001b[0m";

  private MaskColors() {}

  /** Whether standard output is a terminal that is to be coloured; see no-color.org. */
  static boolean onTerminal() {
    return System.console() != null && System.getenv("NO_COLOR") == null;
  }

  /** The text, coloured where asked. */
  static String text(MaskedText masked, boolean colored) {
    if (!colored) {
      return masked.text();
    }
    StringBuilder out = new StringBuilder();
    int[] points = masked.text().codePoints().toArray();
    String color = PLAIN;
    int token = 0;
    for (int i = 0; i < points.length; i++) {
      while (token < masked.targets().length && masked.encoded().spans().get(token).end() <= i) {
        token++;
      }
      String next = color(masked, token, i);
      if (!next.equals(color)) {
        out.append(next);
        color = next;
      }
      out.appendCodePoint(points[i]);
    }
    return out.append(PLAIN).toString();
  }

  /** How many tokens there are, how many are trained on and how many are cut, in a line. */
  static String counts(MaskedText masked) {
    int trained = 0;
    for (int i = 0; i < masked.kept(); i++) {
      trained += masked.targets()[i];
    }
    return String.format(
        "%d tokens, %d trained on, %d cut",
        masked.kept(), trained, masked.encoded().ids().length - masked.kept());
  }

  private static String color(MaskedText masked, int token, int place) {
    if (token >= masked.kept()) {
      return token < masked.targets().length ? CUT : PLAIN;
    }
    Span span = masked.encoded().spans().get(token);
    return masked.targets()[token] == 1 && span.start() <= place ? TRAINED : PLAIN;
  }
}
