package io.sapflow.tokens;

import io.sapflow.template.Span;
import java.util.Arrays;
import java.util.List;

/**
 * Encodes the beginning of a text, as far as a number of tokens reaches: what will be cut is not
 * tokenized, since a tokenizer takes some microseconds a token.
 *
 * <p>A cut can change the tokens before it. It stands at the end of a word where one is near, and
 * never before a combining character if it can be helped; tokens within {@link #SLACK} characters
 * of it are not used. What is left equals the beginning of the whole text's tokens wherever a
 * tokenizer does not look further ahead than that: the longest tokens of known vocabularies have
 * 128 characters. A run of several hundred combining characters, or a vocabulary whose merges were
 * chained on purpose, can still differ in the last tokens that are kept.
 */
final class PrefixEncoder {
  /** How near to a cut no token is trusted, and how far back a word's end is looked for: UTF-16. */
  static final int SLACK = 512;

  /** Turns a text into tokens. */
  interface Tokens {
    EncodedText of(String text) throws ChatException;
  }

  /**
   * The beginning of a text.
   *
   * @param encoded its tokens
   * @param end where the last of them ends in the text, in UTF-16 units
   * @param whole whether that is the whole text
   */
  record Prefix(EncodedText encoded, int end, boolean whole) {}

  private final Tokens tokens;

  PrefixEncoder(Tokens tokens) {
    this.tokens = tokens;
  }

  /** At least so many tokens of a text, or all of it. */
  Prefix encode(String text, long needed) throws ChatException {
    long length = needed + 2 * SLACK;
    while (length < text.length()) {
      int cut = cut(text, (int) length);
      EncodedText encoded = tokens.of(text.substring(0, cut));
      int sure = sure(encoded, text.codePointCount(0, Math.max(0, cut - SLACK)));
      if (sure >= needed) {
        List<Span> spans = encoded.spans().subList(0, sure);
        EncodedText kept = new EncodedText(Arrays.copyOf(encoded.ids(), sure), spans);
        return new Prefix(kept, text.offsetByCodePoints(0, spans.get(sure - 1).end()), false);
      }
      // As many characters a token as so far, and a quarter more.
      double more = 1.25 * needed / Math.max(1, sure);
      length = (long) (length * Math.max(2, Math.min(8, more))) + SLACK;
    }
    return new Prefix(tokens.of(text), text.length(), true);
  }

  /** How many of the tokens end at or before a code point. */
  private static int sure(EncodedText encoded, int end) {
    int sure = encoded.ids().length;
    while (sure > 0 && encoded.spans().get(sure - 1).end() > end) {
      sure--;
    }
    return sure;
  }

  /** The end of the last word before a limit, or else of the last character, if one is near. */
  private static int cut(String text, int limit) {
    for (int at = limit; at > limit - SLACK; at--) {
      if (Character.isWhitespace(text.charAt(at)) && !Character.isWhitespace(text.charAt(at - 1))) {
        return at;
      }
    }
    for (int at = limit; at > limit - SLACK; at--) {
      if (!isInside(text, at)) {
        return at;
      }
    }
    return Character.isLowSurrogate(text.charAt(limit)) ? limit - 1 : limit;
  }

  /** Whether a place is inside a character, combining ones counted with it. */
  private static boolean isInside(String text, int at) {
    int type = Character.getType(text.codePointAt(at));
    return Character.isLowSurrogate(text.charAt(at))
        || type == Character.NON_SPACING_MARK
        || type == Character.COMBINING_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT;
  }
}
