package io.sapflow.template;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The filters that stand after a bar: those on one value; {@link SequenceFilters} has the rest. */
final class Filters {
  private static final Set<String> NAMES =
      Set.of(
          "abs",
          "capitalize",
          "center",
          "count",
          "d",
          "default",
          "e",
          "escape",
          "float",
          "format",
          "indent",
          "int",
          "length",
          "lower",
          "replace",
          "round",
          "safe",
          "string",
          "title",
          "tojson",
          "trim",
          "upper",
          "wordcount");

  /** Filters that jinja2 has beside these. */
  private static final Set<String> UNSUPPORTED =
      Set.of(
          "attr",
          "batch",
          "filesizeformat",
          "forceescape",
          "pprint",
          "random",
          "slice",
          "striptags",
          "truncate",
          "urlencode",
          "urlize",
          "wordwrap",
          "xmlattr");

  /** Filters that give a safe text for a safe one. */
  private static final Set<String> KEEP_SAFE =
      Set.of(
          "capitalize", "center", "indent", "last", "lower", "reverse", "string", "trim", "upper");

  private Filters() {}

  static boolean has(String name) {
    return NAMES.contains(name) || SequenceFilters.NAMES.contains(name);
  }

  /** Whether jinja2 knows a filter of this name. */
  static boolean isName(String name) {
    return has(name) || UNSUPPORTED.contains(name);
  }

  static TemplateException unknown(String name) {
    return new TemplateException(
        UNSUPPORTED.contains(name)
            ? "filter '" + name + "' is not supported"
            : "unknown filter '" + name + "'");
  }

  static Object apply(String name, Object value, Args args, Budget budget) {
    if (!has(name)) {
      throw unknown(name);
    }
    if (value instanceof Values.Safe safe && !name.equals("default") && !name.equals("d")) {
      return safe(name, safe, args, budget);
    }
    if (SequenceFilters.NAMES.contains(name)) {
      return SequenceFilters.apply(name, value, args, budget);
    }
    return switch (name) {
      case "default", "d" -> fallback(name, value, args);
      case "length", "count" -> length(name, value, args, budget);
      case "tojson" ->
          Json.write(
              value, args.bind(name, "ensure_ascii", "indent", "separators", "sort_keys"), budget);
      case "int", "float" -> number(name, value, args, budget);
      case "safe", "e", "escape" -> markup(name, value, args, budget);
      case "abs" -> abs(value, args);
      case "round" -> round(value, args.bind(name, "precision", "method"), budget);
      default -> text(name, value, args, budget);
    };
  }

  private static Object safe(String name, Values.Safe value, Args args, Budget budget) {
    switch (name) {
      case "safe", "e", "escape":
        args.bind(name);
        return value;
      case "format":
        throw new TemplateException("filter 'format' of a safe text is not supported");
      default:
        Object made = apply(name, value.text(), args, budget);
        return KEEP_SAFE.contains(name) && made instanceof String text
            ? new Values.Safe(text)
            : made;
    }
  }

  private static Object markup(String name, Object value, Args args, Budget budget) {
    args.bind(name);
    return name.equals("safe")
        ? new Values.Safe(PyText.str(value, budget))
        : SafeText.escape(value, budget);
  }

  private static Object length(String name, Object value, Args args, Budget budget) {
    args.bind(name);
    return Py.length(value, budget);
  }

  private static Object fallback(String name, Object value, Args args) {
    Args.Bound bound = args.bind(name, "default_value", "boolean");
    boolean missing = value instanceof Undefined || (bound.flag("boolean") && !Py.truth(value));
    return missing ? bound.get("default_value", "") : value;
  }

  private static Object text(String name, Object value, Args args, Budget budget) {
    String text = PyText.str(value, budget);
    switch (name) {
      case "trim":
        return PyText.strip(text, args.bind(name, "chars").textOrNull("chars"), true, true, budget);
      case "replace":
        Args.Bound bound = args.bind(name, "old", "new", "count");
        long most = bound.get("count", null) == null ? -1 : bound.integer("count", -1);
        String old = PyText.str(bound.need("old"), budget);
        String with = PyText.str(bound.need("new"), budget);
        return StringMethods.replace(text, old, with, most, budget);
      case "indent":
        Py.string(value, name);
        return indent(text, args.bind(name, "width", "first", "blank"), budget);
      case "format":
        if (!args.positional().isEmpty() && !args.named().isEmpty()) {
          throw new TemplateException("format takes positional or keyword arguments, not both");
        }
        Object values = new Values.Tuple(args.positional());
        return PercentFormat.format(text, args.named().isEmpty() ? values : args.named(), budget);
      case "center":
        Object width = args.bind(name, "width").get("width", 80L);
        return StringMethods.call(text, "center", Args.of(width), budget);
      default:
        args.bind(name);
        return plain(name, text, budget);
    }
  }

  private static Object plain(String name, String text, Budget budget) {
    if (!name.equals("string")) {
      budget.charge(Letters.cost(text));
      budget.text(text.length());
    }
    return switch (name) {
      case "upper" -> (Object) text.toUpperCase(Locale.ROOT);
      case "lower" -> Letters.lower(text);
      case "capitalize" -> Letters.capitalize(text);
      case "title" -> title(text);
      case "wordcount" -> Letters.words(text);
      default -> text;
    };
  }

  private static String title(String text) {
    StringBuilder out = new StringBuilder();
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || breaksWord(text.charAt(i))) {
        if (i > start) {
          int second = text.offsetByCodePoints(start, 1);
          out.append(text.substring(start, second).toUpperCase(Locale.ROOT));
          out.append(Letters.lower(text.substring(second, i)));
        }
        out.append(text, i, Math.min(i + 1, text.length()));
        start = i + 1;
      }
    }
    return out.toString();
  }

  private static boolean breaksWord(char c) {
    return "-({[<".indexOf(c) >= 0 || PyText.isSpace(c);
  }

  private static String indent(String text, Args.Bound bound, Budget budget) {
    Object width = bound.get("width", 4L);
    String by;
    if (width instanceof String given) {
      by = given;
    } else {
      budget.text(Math.max(0, Py.index(width)));
      by = " ".repeat((int) Math.max(0, Py.index(width)));
    }
    List<Object> lines = PyText.lines(text + "\n", false, budget);
    BoundedText out = new BoundedText(budget).append(bound.flag("first") ? by : "");
    for (int i = 0; i < lines.size(); i++) {
      String line = (String) lines.get(i);
      boolean indents = i > 0 && (bound.flag("blank") || !line.isEmpty());
      out.append(i > 0 ? "\n" : "").append(indents ? by : "").append(line);
    }
    return out.toString();
  }

  private static Object number(String name, Object value, Args args, Budget budget) {
    boolean whole = name.equals("int");
    Args.Bound bound = whole ? args.bind(name, "default", "base") : args.bind(name, "default");
    Object fallback = bound.get("default", whole ? (Object) 0L : (Object) 0.0);
    if (value instanceof Undefined undefined) {
      throw undefined.fail();
    }
    if (Py.isInteger(value)) {
      return whole ? (Object) Py.integer(value) : (Object) (double) Py.integer(value);
    }
    Double real = value instanceof Double d ? d : null;
    if (value instanceof String text) {
      budget.charge(1 + 4L * text.length());
      budget.make(8L * text.length());
      Long integer = whole ? Numbers.integer(text, (int) bound.integer("base", 10)) : null;
      if (integer != null) {
        return integer;
      }
      real = Numbers.real(text);
    }
    if (real == null || !whole) {
      return real == null ? fallback : real;
    }
    if (real.isInfinite() && value instanceof Double) {
      throw new TemplateException("OverflowError: cannot convert float infinity to integer");
    }
    return Double.isFinite(real) ? Numbers.whole(new BigDecimal(real).toBigInteger()) : fallback;
  }

  private static Object abs(Object value, Args args) {
    args.bind("abs");
    if (!Py.isNumber(value)) {
      throw Py.typeError("bad operand type for abs(): '" + Py.type(value) + "'");
    }
    if (value instanceof Double d) {
      return Math.abs(d);
    }
    return Py.integer(value) < 0 ? Arithmetic.sign(true, value) : (Object) Py.integer(value);
  }

  private static Object round(Object value, Args.Bound bound, Budget budget) {
    if (!Py.isNumber(value)) {
      throw Py.typeError("type " + Py.type(value) + " doesn't define __round__ method");
    }
    int precision = (int) Math.max(-300, Math.min(300, bound.integer("precision", 0)));
    budget.charge(1000);
    boolean known = Py.plain(bound.get("method", "common")) instanceof String;
    String method = known ? (String) Py.plain(bound.get("method", "common")) : "";
    if (!List.of("common", "ceil", "floor").contains(method)) {
      throw new TemplateException("method must be common, ceil or floor");
    }
    if (!method.equals("common")) {
      double scaled = Py.real(value) * Math.pow(10, precision);
      double whole = method.equals("ceil") ? Math.ceil(scaled) : Math.floor(scaled);
      return whole / Math.pow(10, precision);
    }
    if (!(value instanceof Double d) || d.isNaN() || d.isInfinite()) {
      return Py.isInteger(value) && precision < 0
          ? (Object)
              BigDecimal.valueOf(Py.integer(value))
                  .setScale(precision, RoundingMode.HALF_EVEN)
                  .longValue()
          : value instanceof Boolean ? (Object) Py.integer(value) : value;
    }
    double rounded = new BigDecimal(d).setScale(precision, RoundingMode.HALF_EVEN).doubleValue();
    return Math.copySign(rounded, d);
  }
}
