package io.sapflow.template;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;

/**
 * Python's text of values ({@code str}) and of numbers, and its notion of lines and white space.
 */
final class PyText {
  private PyText() {}

  static boolean isSpace(int c) {
    return (c >= 9 && c <= 13)
        || (c >= 0x1c && c <= 0x20)
        || c == 0x85
        || c == 0xa0
        || c == 0x1680
        || (c >= 0x2000 && c <= 0x200a)
        || c == 0x2028
        || c == 0x2029
        || c == 0x202f
        || c == 0x205f
        || c == 0x3000;
  }

  /** Strips the characters for which the test holds. */
  static String strip(String text, IntPredicate strips, boolean left, boolean right) {
    int start = 0;
    int end = text.length();
    while (left && start < end && strips.test(text.codePointAt(start))) {
      start += Character.charCount(text.codePointAt(start));
    }
    while (right && start < end && strips.test(text.codePointBefore(end))) {
      end -= Character.charCount(text.codePointBefore(end));
    }
    return text.substring(start, end);
  }

  /** Strips white space, or any of the given characters where there are some. */
  static String strip(String text, String characters, boolean left, boolean right, Budget budget) {
    budget.text(text.length());
    IntPredicate strips =
        c -> {
          budget.charge(1 + (characters == null ? 0 : characters.length() / 16));
          return characters == null ? isSpace(c) : characters.indexOf(c) >= 0;
        };
    return strip(text, strips, left, right);
  }

  static List<Object> lines(String text, boolean keepEnds, Budget budget) {
    budget.charge(1 + text.length() / 4);
    budget.make(2L * text.length());
    List<Object> lines = new ArrayList<>();
    int start = 0;
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i++);
      if ((c >= 10 && c <= 13)
          || (c >= 0x1c && c <= 0x1e)
          || c == 0x85
          || c == 0x2028
          || c == 0x2029) {
        int end = i - 1;
        if (c == '\r' && i < text.length() && text.charAt(i) == '\n') {
          i++;
        }
        budget.list(7);
        lines.add(text.substring(start, keepEnds ? i : end));
        start = i;
      }
    }
    if (start < text.length()) {
      lines.add(text.substring(start));
    }
    return lines;
  }

  /** Order by code points. */
  static int compare(String a, String b, Budget budget) {
    int i = 0;
    while (i < a.length() && i < b.length()) {
      if ((i & 0x3ff) == 0) {
        budget.charge(Math.min(0x100, Math.min(a.length(), b.length()) / 4));
      }
      int x = a.codePointAt(i);
      int y = b.codePointAt(i);
      if (x != y) {
        return Integer.compare(x, y);
      }
      i += Character.charCount(x);
    }
    return Integer.compare(a.length(), b.length());
  }

  static String str(Object value, Budget budget) {
    return Py.plain(value) instanceof String text ? text : repr(value, budget);
  }

  static String repr(Object value, Budget budget) {
    return new Repr(budget).text(value);
  }

  static boolean isPrintable(int c) {
    return c == ' '
        || switch (Character.getType(c)) {
          case Character.CONTROL,
              Character.FORMAT,
              Character.SURROGATE,
              Character.PRIVATE_USE,
              Character.UNASSIGNED,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR,
              Character.SPACE_SEPARATOR ->
              false;
          default -> true;
        };
  }

  /** The shortest digits that read back as the number, as Python's repr writes them. */
  static String number(double value, Budget budget) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    String sign = value < 0 || (value == 0 && 1 / value < 0) ? "-" : "";
    if (value == 0) {
      return sign + "0.0";
    }
    BigDecimal exact = new BigDecimal(Math.abs(value));
    budget.charge(17L * exact.precision());
    BigDecimal shortest = exact;
    for (int digits = 1; digits <= 17; digits++) {
      shortest = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (shortest.doubleValue() == Math.abs(value)) {
        break;
      }
    }
    String digits = shortest.unscaledValue().toString().replaceAll("0+$", "");
    int exponent = shortest.precision() - shortest.scale() - 1;
    if (exponent < -4 || exponent >= 16) {
      String mantissa = digits.length() > 1 ? digits.charAt(0) + "." + digits.substring(1) : digits;
      return sign
          + mantissa
          + String.format(Locale.ROOT, "e%s%02d", exponent < 0 ? "-" : "+", Math.abs(exponent));
    }
    String plain = shortest.stripTrailingZeros().toPlainString();
    return sign + (plain.contains(".") ? plain : plain + ".0");
  }
}
