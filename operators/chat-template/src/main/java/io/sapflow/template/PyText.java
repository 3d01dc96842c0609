package io.sapflow.template;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Python's text of values ({@code str} and {@code repr}) and its notion of white space. */
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

  /** Strips white space, or any of the given characters. */
  static String strip(String text, String characters, boolean left, boolean right) {
    int start = 0;
    int end = text.length();
    while (left && start < end && strips(text.codePointAt(start), characters)) {
      start += Character.charCount(text.codePointAt(start));
    }
    while (right && start < end && strips(text.codePointBefore(end), characters)) {
      end -= Character.charCount(text.codePointBefore(end));
    }
    return text.substring(start, end);
  }

  private static boolean strips(int c, String characters) {
    return characters == null ? isSpace(c) : characters.indexOf(c) >= 0;
  }

  static List<Object> lines(String text, boolean keepEnds) {
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
  static int compare(String a, String b) {
    int i = 0;
    while (i < a.length() && i < b.length()) {
      int x = a.codePointAt(i);
      int y = b.codePointAt(i);
      if (x != y) {
        return Integer.compare(x, y);
      }
      i += Character.charCount(x);
    }
    return Integer.compare(a.length(), b.length());
  }

  static String str(Object value) {
    return Py.plain(value) instanceof String text ? text : repr(value);
  }

  static String repr(Object value) {
    StringBuilder out = new StringBuilder();
    repr(value, out);
    return out.toString();
  }

  private static void repr(Object value, StringBuilder out) {
    if (value == null) {
      out.append("None");
    } else if (value instanceof Boolean b) {
      out.append(b ? "True" : "False");
    } else if (value instanceof Double d) {
      out.append(number(d));
    } else if (value instanceof String text) {
      quote(text, out);
    } else if (value instanceof Values.Range range) {
      out.append("range(").append(range.start).append(", ").append(range.stop);
      out.append(range.step == 1 ? ")" : ", " + range.step + ")");
    } else if (value instanceof List<?> list) {
      items("[", list, "]", out);
    } else if (value instanceof Values.Tuple tuple) {
      items("(", tuple.items(), tuple.items().size() == 1 ? ",)" : ")", out);
    } else if (value instanceof Values.View view) {
      items(view.kind() + "([", view.items(), "])", out);
    } else if (value instanceof Map<?, ?> map) {
      dict(map, out);
    } else if (value instanceof Values.Safe safe) {
      out.append("Markup(");
      quote(safe.text(), out);
      out.append(')');
    } else if (value instanceof Undefined) {
      out.append("");
    } else if (value instanceof Long) {
      out.append(value);
    } else {
      throw Py.typeError("a " + Py.type(value) + " cannot be printed");
    }
  }

  private static void items(String open, List<?> items, String close, StringBuilder out) {
    out.append(open);
    for (int i = 0; i < items.size(); i++) {
      out.append(i > 0 ? ", " : "");
      inner(items.get(i), out);
    }
    out.append(close);
  }

  private static void dict(Map<?, ?> map, StringBuilder out) {
    out.append('{');
    String comma = "";
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      out.append(comma);
      inner(entry.getKey(), out);
      out.append(": ");
      inner(entry.getValue(), out);
      comma = ", ";
    }
    out.append('}');
  }

  private static void inner(Object value, StringBuilder out) {
    if (value instanceof Undefined) {
      out.append("Undefined");
    } else {
      repr(value, out);
    }
  }

  private static void quote(String text, StringBuilder out) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    out.append(quote);
    text.codePoints().forEach(c -> character(c, quote, out));
    out.append(quote);
  }

  private static void character(int c, char quote, StringBuilder out) {
    switch (c) {
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (c == quote || c == '\\') {
          out.append('\\').append((char) c);
        } else if (isPrintable(c)) {
          out.appendCodePoint(c);
        } else {
          String form = c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x";
          out.append(String.format(form, c));
        }
      }
    }
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
  static String number(double value) {
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
          + String.format("e%s%02d", exponent < 0 ? "-" : "+", Math.abs(exponent));
    }
    String plain = shortest.stripTrailingZeros().toPlainString();
    return sign + (plain.contains(".") ? plain : plain + ".0");
  }
}
