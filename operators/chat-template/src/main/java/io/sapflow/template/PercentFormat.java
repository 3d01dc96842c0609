package io.sapflow.template;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collections;
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
        values instanceof Values.Tuple tuple ? tuple.items() : Collections.singletonList(values);
    boolean mayRest =
        values instanceof Map || values instanceof List || values instanceof Undefined;
    Matcher part = PART.matcher(format);
    budget.charge(format.length());
    BoundedText out = new BoundedText(budget);
    int used = 0;
    int last = 0;
    while (part.find()) {
      budget.charge(50);
      out.append(format, last, part.start());
      last = part.end();
      if (part.group().equals("%%")) {
        out.append('%');
        continue;
      }
      Object value;
      if (part.group(1) != null) {
        value = named(values, part.group(1));
        used = items.size();
      } else if (used < items.size()) {
        value = items.get(used++);
      } else {
        throw Py.typeError("not enough arguments for format string");
      }
      out.append(pad(one(part, Py.plain(value), budget), part, budget));
    }
    if (used < items.size() && !mayRest) {
      throw Py.typeError("not all arguments converted during string formatting");
    }
    return out.append(format, last, format.length()).toString();
  }

  private static Object named(Object values, String name) {
    if (!(values instanceof Map<?, ?> map)) {
      throw Py.typeError("format requires a mapping");
    }
    if (!map.containsKey(name)) {
      throw new TemplateException("KeyError: the format has no value for '" + name + "'");
    }
    return map.get(name);
  }

  private static String one(Matcher part, Object value, Budget budget) {
    String kind = part.group(5);
    int digits = -1;
    if (part.group(4) != null) {
      digits = part.group(4).isEmpty() ? 0 : Integer.parseInt(part.group(4));
    }
    if (part.group(2).contains("#") || kind.isEmpty() || !"srdifx".contains(kind)) {
      throw Py.valueError("unsupported format '" + part.group() + "'");
    }
    String text;
    switch (kind) {
      case "s", "r":
        text = kind.equals("s") ? PyText.str(value, budget) : PyText.repr(value, budget);
        budget.text(text.length());
        int length = text.codePointCount(0, text.length());
        return digits >= 0 && digits < length
            ? text.substring(0, text.offsetByCodePoints(0, digits))
            : text;
      case "f":
        number(kind, value);
        budget.charge(2000);
        text = real(Py.real(value), digits < 0 ? 6 : digits, budget);
        break;
      default:
        number(kind, value);
        text = whole(kind, value, digits);
        break;
    }
    boolean negative = text.startsWith("-");
    String flags = part.group(2);
    return negative || !(flags.contains("+") || flags.contains(" "))
        ? text
        : (flags.contains("+") ? "+" : " ") + text;
  }

  private static String whole(String kind, Object value, int digits) {
    long number =
        kind.equals("x") ? Py.index(value) : value instanceof Double d ? cut(d) : Py.integer(value);
    String text = Long.toString(number, kind.equals("x") ? 16 : 10);
    String sign = text.startsWith("-") ? "-" : "";
    String plain = text.substring(sign.length());
    return sign + "0".repeat(Math.max(0, digits - plain.length())) + plain;
  }

  private static long cut(double value) {
    if (!Double.isFinite(value)) {
      throw new TemplateException("OverflowError: cannot convert float infinity or nan to integer");
    }
    return Numbers.whole(new BigDecimal(value).toBigInteger());
  }

  private static String real(double value, int digits, Budget budget) {
    if (!Double.isFinite(value)) {
      return PyText.number(value, budget);
    }
    String text =
        new BigDecimal(Math.abs(value)).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
    return Math.copySign(1, value) < 0 ? "-" + text : text;
  }

  private static void number(String kind, Object value) {
    if (!Py.isNumber(value)) {
      throw Py.typeError("%" + kind + " format: a real number is required, not " + Py.type(value));
    }
  }

  private static String pad(String text, Matcher part, Budget budget) {
    int width = part.group(3).isEmpty() ? 0 : Integer.parseInt(part.group(3));
    budget.text((long) width + text.length());
    int missing = width - text.codePointCount(0, text.length());
    if (missing <= 0) {
      return text;
    }
    if (part.group(2).contains("-")) {
      return text + " ".repeat(missing);
    }
    if (part.group(2).contains("0") && !"sr".contains(part.group(5))) {
      int sign = "-+ ".indexOf(text.charAt(0)) >= 0 ? 1 : 0;
      return text.substring(0, sign) + "0".repeat(missing) + text.substring(sign);
    }
    return " ".repeat(missing) + text;
  }
}
