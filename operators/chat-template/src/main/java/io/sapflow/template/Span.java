package io.sapflow.template;

/**
 * A piece of a text, counted in code points.
 *
 * @param start the first code point
 * @param end one past the last
 */
public record Span(int start, int end) {
  /** The same piece of the text, counted in UTF-16 units as {@link String} does. */
  public Span toUtf16(String text) {
    int first = text.offsetByCodePoints(0, start);
    return new Span(first, text.offsetByCodePoints(first, end - start));
  }
}
