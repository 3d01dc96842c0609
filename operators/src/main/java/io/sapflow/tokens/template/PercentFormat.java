package io.sapflow.tokens.template;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's {@code %} on texts, for s, r, d, i, f, x and %. */
final class PercentFormat {
  private static final Pattern PART =
      Pattern.compile(
          "%(?:\\((\\w+)\\))?([-+ 0#]*)(\\d{0,6})(?:\\.(\\d{0,3}))?(.?)", Pattern.DOTALL);

  private PercentFormat() {}

  static String format(String format, Object values, Budget budget) {
    List<?> items =
        values instanceof Values.Tuple tuple
            ? tuple.items()
            : java.util.Collections.singletonList(values);
    Matcher part = PART.matcher(format);
    StringBuilder out = new StringBuilder();
    int used = 0;
    int last = 0;
    while (part.find()) {
      out.append(format, last, part.start());
      last = part.end();
      if (part.group(5).equals("%")) {
        out.append('%');
        continue;
      }
      Object value;
      if (part.group(1) != null) {
        value = values instanceof Map<?, ?> map ? map.get(part.group(1)) : null;
        used = items.size();
      } else if (used < items.size()) {
        value = items.get(used++);
      } else {
        throw Py.typeError("not enough arguments for format string");
      }
      String text = pad(one(part, value), part);
      budget.length(out.length() + (long) text.length());
      out.append(text);
    }
    if (used < items.size() && !(values instanceof Map)) {
      throw Py.typeError("not all arguments converted during string formatting");
    }
    return out.append(format.substring(last)).toString();
  }

  private static String one(Matcher part, Object value) {
    String precision = part.group(4);
    int digits = precision == null ? -1 : precision.isEmpty() ? 0 : Integer.parseInt(precision);
    String text;
    switch (part.group(5)) {
      case "s", "r":
        text = part.group(5).equals("s") ? PyText.str(value) : PyText.repr(value);
        int length = text.codePointCount(0, text.length());
        return digits >= 0 && digits < length
            ? text.substring(0, text.offsetByCodePoints(0, digits))
            : text;
      case "d", "i":
        number(part, value);
        text = Long.toString(value instanceof Double d ? (long) (double) d : Py.integer(value));
        break;
      case "x":
        text = Long.toHexString(Py.index(value));
        break;
      case "f":
        number(part, value);
        text =
            new BigDecimal(Py.real(value))
                .setScale(digits < 0 ? 6 : digits, RoundingMode.HALF_EVEN)
                .toPlainString();
        break;
      default:
        throw Py.valueError("unsupported format '" + part.group() + "'");
    }
    boolean plus = part.group(2).contains("+") && !text.startsWith("-");
    return plus ? "+" + text : text;
  }

  private static void number(Matcher part, Object value) {
    if (!Py.isNumber(value)) {
      throw Py.typeError(
          "%" + part.group(5) + " format: a real number is required, not " + Py.type(value));
    }
  }

  private static String pad(String text, Matcher part) {
    int width = part.group(3).isEmpty() ? 0 : Integer.parseInt(part.group(3));
    int missing = width - text.codePointCount(0, text.length());
    if (missing <= 0) {
      return text;
    }
    if (part.group(2).contains("-")) {
      return text + " ".repeat(missing);
    }
    if (part.group(2).contains("0") && !"sr".contains(part.group(5))) {
      int sign = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
      return text.substring(0, sign) + "0".repeat(missing) + text.substring(sign);
    }
    return " ".repeat(missing) + text;
  }
}
