package io.sapflow.toy;

import java.nio.charset.StandardCharsets;

/**
 * The printable character that byte-level BPE writes for each byte (as GPT-2's {@code
 * bytes_to_unicode}): printable Latin-1 bytes stand for themselves, the other 68 get the characters
 * from U+0100 on, in the order of their values. A blank becomes "Ġ".
 */
final class ByteSymbols {
  /** What a blank is written as. */
  static final char BLANK = symbol(' ');

  private ByteSymbols() {}

  /** The symbol of a byte, 0 to 255. */
  static char symbol(int value) {
    if (printable(value)) {
      return (char) value;
    }
    int before = 0;
    for (int other = 0; other < value; other++) {
      before += printable(other) ? 0 : 1;
    }
    return (char) (256 + before);
  }

  /** A text's UTF-8 bytes, as symbols. */
  static String symbols(String text) {
    StringBuilder symbols = new StringBuilder();
    for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
      symbols.append(symbol(value & 0xFF));
    }
    return symbols.toString();
  }

  private static boolean printable(int value) {
    return (value >= '!' && value <= '~')
        || (value >= 0xA1 && value <= 0xAC)
        || (value >= 0xAE && value <= 0xFF);
  }
}
