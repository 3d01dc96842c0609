package io.sapflow.lab.demo;

import java.util.ArrayList;
import java.util.List;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/** Fits text into lines of a width. */
final class TextLines {

  private static final String GAP = "   ";

  private TextLines() {}

  /**
   * Breaks a text between words, and a word that is longer than a line within.
   *
   * @param indent spaces before every line but the first
   */
  static List<AttributedString> wrap(String text, AttributedStyle style, int width, int indent) {
    List<AttributedString> lines = new ArrayList<>();
    int hang = Math.min(indent, width / 2);
    String rest = text;
    String before = "";
    while (before.length() + rest.length() > width) {
      int room = width - before.length();
      int space = rest.lastIndexOf(' ', room);
      int end = rest.substring(0, Math.max(0, space)).isBlank() ? room : space;
      lines.add(new AttributedString(before + rest.substring(0, end).stripTrailing(), style));
      rest = rest.substring(end).stripLeading();
      before = " ".repeat(hang);
    }
    lines.add(new AttributedString(before + rest, style));
    return lines;
  }

  /** Sets pieces beside each other, on as few lines as they need. */
  static List<AttributedString> flow(List<AttributedString> pieces, int width) {
    List<AttributedString> lines = new ArrayList<>();
    AttributedStringBuilder line = new AttributedStringBuilder();
    for (AttributedString piece : pieces) {
      if (line.length() > 0 && line.length() + GAP.length() + piece.length() > width) {
        lines.add(line.toAttributedString());
        line = new AttributedStringBuilder();
      }
      line.append(line.length() == 0 ? "" : GAP).append(piece);
    }
    lines.add(line.toAttributedString());
    return lines;
  }
}
