package io.sapflow.template;

import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Pattern;

/** Numbers that stand in texts, read as Python's {@code int} and {@code float} read them. */
final class Numbers {
  private static final Pattern FLOAT =
      Pattern.compile(
          // Possessive: a repetition that can give back is one Java call deeper each time.
          "[+-]?(?:\\d++(?:_\\d++)*+\\.?(?:\\d++(?:_\\d++)*+)?+|\\.\\d++(?:_\\d++)*+)"
              + "(?:[eE][+-]?\\d++(?:_\\d++)*+)?+");
  private static final Pattern DIGITS = Pattern.compile("[0-9a-z]++(?:_[0-9a-z]++)*+");

  /** More digits than 64 bits have in any base. */
  private static final int MANY = 70;

  private Numbers() {}

  /** A whole number, or null where the text is none. */
  static Long integer(String text, int base) {
    String digits = ascii(text).toLowerCase(Locale.ROOT);
    boolean negative = digits.startsWith("-");
    digits = negative || digits.startsWith("+") ? digits.substring(1) : digits;
    String prefix = digits.length() > 2 ? digits.substring(0, 2) : "";
    int marked =
        switch (prefix) {
          case "0x" -> 16;
          case "0o" -> 8;
          case "0b" -> 2;
          default -> 0;
        };
    int radix = base != 0 ? base : marked != 0 ? marked : 10;
    if (marked == radix) {
      digits = digits.substring(digits.charAt(2) == '_' ? 3 : 2);
    }
    boolean zeros = base == 0 && marked == 0 && digits.matches("0[0_]*[1-9].*");
    if (radix < 2 || radix > 36 || zeros || !DIGITS.matcher(digits).matches()) {
      return null;
    }
    try {
      String plain = digits.replace("_", "");
      int first = 0;
      while (first < plain.length() - 1 && plain.charAt(first) == '0') {
        first++;
      }
      if (!plain.chars().allMatch(c -> Character.digit(c, radix) >= 0)) {
        return null;
      }
      // Of a long number, whose value would take long to find, the first digits overflow as well.
      int last = Math.min(plain.length(), first + MANY);
      BigInteger value = new BigInteger(plain.substring(first, last), radix);
      return whole(negative ? value.negate() : value);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** A number with a point, or null where the text is none. */
  static Double real(String text) {
    String digits = ascii(text);
    switch (digits.toLowerCase(Locale.ROOT)) {
      case "inf", "+inf", "infinity", "+infinity":
        return Double.POSITIVE_INFINITY;
      case "-inf", "-infinity":
        return Double.NEGATIVE_INFINITY;
      case "nan", "+nan", "-nan":
        return Double.NaN;
      default:
        return FLOAT.matcher(digits).matches() ? Double.valueOf(digits.replace("_", "")) : null;
    }
  }

  static Long whole(BigInteger value) {
    if (value.bitLength() > 63) {
      throw new TemplateException("OverflowError: a whole number exceeds 64 bits");
    }
    return value.longValue();
  }

  /** The text without blanks around it and with the digits of every script as ASCII's. */
  private static String ascii(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .map(c -> Character.isDigit(c) ? '0' + Character.digit(c, 10) : c)
        .map(c -> c > 0x7f && PyText.isSpace(c) ? ' ' : c)
        .forEach(out::appendCodePoint);
    return PyText.strip(out.toString(), c -> " \t\n\u000b\f\r".indexOf(c) >= 0, true, true);
  }
}
