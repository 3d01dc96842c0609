package io.sapflow.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The methods of texts, as Python's str has them; positions count code points. */
final class StringMethods {
  static final Set<String> NAMES =
      Set.of(
          "strip",
          "lstrip",
          "rstrip",
          "split",
          "rsplit",
          "splitlines",
          "startswith",
          "endswith",
          "removeprefix",
          "removesuffix",
          "replace",
          "upper",
          "lower",
          "casefold",
          "title",
          "capitalize",
          "swapcase",
          "find",
          "rfind",
          "index",
          "rindex",
          "count",
          "join",
          "format",
          "partition",
          "rpartition",
          "ljust",
          "rjust",
          "center",
          "zfill",
          "isdigit",
          "isalpha",
          "isalnum",
          "isspace",
          "isupper",
          "islower",
          "isnumeric",
          "isdecimal",
          "isascii",
          "isprintable",
          "istitle");
  private static final Pattern FIELD = Pattern.compile("\\{\\{|\\}\\}|\\{(\\w*)\\}|[{}]");

  private StringMethods() {}

  static Object call(String text, String name, Args args, Budget budget) {
    return switch (name) {
      case "strip", "lstrip", "rstrip" ->
          PyText.strip(
              text,
              args.bind(name, "chars").textOrNull("chars"),
              !name.equals("rstrip"),
              !name.equals("lstrip"),
              budget);
      case "split", "rsplit" -> split(text, name, args, budget);
      case "splitlines" ->
          PyText.lines(text, args.bind(name, "keepends").integer("keepends", 0) != 0, budget);
      case "startswith", "endswith" -> affix(text, name, args, budget);
      case "removeprefix" -> {
        String prefix = args.bind(name, "prefix").text("prefix");
        budget.text(text.length());
        yield text.startsWith(prefix) ? text.substring(prefix.length()) : text;
      }
      case "removesuffix" -> {
        String suffix = args.bind(name, "suffix").text("suffix");
        budget.text(text.length());
        yield text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
      }
      case "replace" -> {
        Args.Bound bound = args.bind(name, "old", "new", "count");
        yield replace(
            text, bound.text("old"), bound.text("new"), bound.integer("count", -1), budget);
      }
      case "find", "rfind", "index", "rindex", "count" -> search(text, name, args, budget);
      case "join" -> join(text, args.bind(name, "iterable").need("iterable"), budget);
      case "format" -> format(text, args, budget);
      case "partition", "rpartition" -> partition(text, name, args, budget);
      case "ljust", "rjust", "center" -> pad(text, name, args, budget);
      case "zfill" -> zfill(text, args, budget);
      default -> {
        args.bind(name);
        yield plain(text, name, budget);
      }
    };
  }

  private static Object plain(String text, String name, Budget budget) {
    budget.charge(Letters.cost(text));
    budget.text(text.length());
    return switch (name) {
      case "upper" -> (Object) text.toUpperCase(Locale.ROOT);
      case "lower" -> Letters.lower(text);
      case "casefold" -> Letters.caseFold(text);
      case "capitalize" -> Letters.capitalize(text);
      case "title" -> Letters.title(text);
      case "swapcase" -> Letters.swapCase(text);
      default -> Letters.is(name, text);
    };
  }

  private static List<Object> split(String text, String name, Args args, Budget budget) {
    Args.Bound bound = args.bind(name, "sep", "maxsplit");
    String separator = bound.textOrNull("sep");
    long most = bound.integer("maxsplit", -1);
    if (separator != null && separator.isEmpty()) {
      throw Py.valueError("empty separator");
    }
    budget.text(text.length());
    most = most < 0 ? Long.MAX_VALUE : most;
    if (separator == null) {
      budget.charge(text.length() / 4);
      return name.equals("rsplit") ? lastWords(text, most, budget) : words(text, most, budget);
    }
    return name.equals("rsplit")
        ? lastParts(text, separator, most, budget)
        : parts(text, separator, most, budget);
  }

  private static List<Object> parts(String text, String separator, long most, Budget budget) {
    List<Object> parts = new ArrayList<>();
    int from = 0;
    int at = parts.size() < most ? Search.first(text, separator, from, budget) : -1;
    while (at >= 0) {
      add(parts, text, from, at, budget);
      from = at + separator.length();
      at = parts.size() < most ? Search.first(text, separator, from, budget) : -1;
    }
    add(parts, text, from, text.length(), budget);
    return parts;
  }

  private static List<Object> lastParts(String text, String separator, long most, Budget budget) {
    List<Object> parts = new ArrayList<>();
    int to = text.length();
    int at = parts.size() < most ? Search.last(text, separator, to, budget) : -1;
    while (at >= 0) {
      add(parts, text, at + separator.length(), to, budget);
      to = at;
      at = parts.size() < most ? Search.last(text, separator, to, budget) : -1;
    }
    add(parts, text, 0, to, budget);
    Collections.reverse(parts);
    return parts;
  }

  /** Words between white space; the last is the rest of the text where there may be no more. */
  private static List<Object> words(String text, long most, Budget budget) {
    List<Object> words = new ArrayList<>();
    int from = skip(text, 0, true);
    while (from < text.length() && words.size() < most) {
      int to = skip(text, from, false);
      add(words, text, from, to, budget);
      from = skip(text, to, true);
    }
    if (from < text.length()) {
      add(words, text, from, text.length(), budget);
    }
    return words;
  }

  private static List<Object> lastWords(String text, long most, Budget budget) {
    List<Object> words = new ArrayList<>();
    int to = skipBack(text, text.length(), true);
    while (to > 0 && words.size() < most) {
      int from = skipBack(text, to, false);
      add(words, text, from, to, budget);
      to = skipBack(text, from, true);
    }
    if (to > 0) {
      add(words, text, 0, to, budget);
    }
    Collections.reverse(words);
    return words;
  }

  private static void add(List<Object> parts, String text, int from, int to, Budget budget) {
    budget.list(2);
    parts.add(text.substring(from, to));
  }

  /** The end of a run of white space, or of other text. */
  private static int skip(String text, int from, boolean spaces) {
    int at = from;
    while (at < text.length() && PyText.isSpace(text.charAt(at)) == spaces) {
      at++;
    }
    return at;
  }

  private static int skipBack(String text, int from, boolean spaces) {
    int at = from;
    while (at > 0 && PyText.isSpace(text.charAt(at - 1)) == spaces) {
      at--;
    }
    return at;
  }

  private static boolean affix(String text, String name, Args args, Budget budget) {
    Args.Bound bound = args.bind(name, "affix", "start", "end");
    Object affix = bound.need("affix");
    String part = part(text, bound, budget);
    List<Object> options =
        affix instanceof Values.Tuple ? Py.elements(affix, budget) : Args.of(affix).positional();
    for (Object option : options) {
      String wanted = Py.string(option, name);
      budget.scan(wanted.length());
      boolean found =
          part != null
              && (name.equals("startswith") ? part.startsWith(wanted) : part.endsWith(wanted));
      if (found) {
        return true;
      }
    }
    return false;
  }

  /** The piece of the text from start to end, or null where it starts beyond its end. */
  private static String part(String text, Args.Bound bound, Budget budget) {
    if (!bound.has("start")) {
      return text;
    }
    budget.text(text.length());
    budget.charge(text.length() / 4);
    int length = text.codePointCount(0, text.length());
    int start = clip(bound.get("start", null), 0, length);
    int end = clip(bound.get("end", null), length, length);
    boolean beyond = bound.get("start", null) != null && bound.integer("start", 0) > length;
    if (beyond || start > end) {
      return null;
    }
    return text.substring(text.offsetByCodePoints(0, start), text.offsetByCodePoints(0, end));
  }

  private static int clip(Object value, int open, int length) {
    if (value == null) {
      return open;
    }
    long index = Py.index(value);
    return (int) Math.min(length, Math.max(0, index < 0 ? index + length : index));
  }

  private static Object search(String text, String name, Args args, Budget budget) {
    Args.Bound bound = args.bind(name, "sub", "start", "end");
    String wanted = bound.text("sub");
    String part = part(text, bound, budget);
    if (name.equals("count")) {
      return part == null ? 0L : Search.count(part, wanted, budget);
    }
    int at = -1;
    if (part != null) {
      at =
          name.startsWith("r")
              ? Search.last(part, wanted, part.length(), budget)
              : Search.first(part, wanted, 0, budget);
    }
    if (at < 0) {
      if (name.endsWith("index")) {
        throw Py.valueError("substring not found");
      }
      return -1L;
    }
    budget.scan(2L * text.length());
    int length = text.codePointCount(0, text.length());
    return (long) part.codePointCount(0, at) + clip(bound.get("start", null), 0, length);
  }

  static String replace(String text, String old, String with, long most, Budget budget) {
    BoundedText out = new BoundedText(budget);
    int from = 0;
    for (long i = 0; i < most || most < 0; i++) {
      int at = old.isEmpty() ? nextPoint(text, from, i) : Search.first(text, old, from, budget);
      if (at < 0) {
        break;
      }
      out.append(text, from, at).append(with);
      from = at + old.length();
    }
    return out.append(text, from, text.length()).toString();
  }

  /** Where the next character ends, the first time where it begins; -1 beyond the last. */
  private static int nextPoint(String text, int from, long times) {
    return times == 0 ? from : from < text.length() ? text.offsetByCodePoints(from, 1) : -1;
  }

  private static String join(String separator, Object items, Budget budget) {
    BoundedText out = new BoundedText(budget);
    int i = 0;
    for (Object item : Py.elements(items, budget)) {
      if (!(Py.plain(item) instanceof String text)) {
        throw Py.typeError(
            "sequence item " + i + ": expected str instance, " + Py.type(item) + " found");
      }
      out.append(i++ > 0 ? separator : "").append(text);
    }
    return out.toString();
  }

  private static String format(String text, Args args, Budget budget) {
    budget.charge(text.length());
    Matcher field = FIELD.matcher(text);
    BoundedText out = new BoundedText(budget);
    int last = 0;
    int next = 0;
    Boolean automatic = null;
    while (field.find()) {
      budget.charge(50);
      out.append(text, last, field.start());
      last = field.end();
      String name = field.group(1);
      if (name == null) {
        if (field.group().length() == 1) {
          throw Py.valueError(
              "format() reads only {}, {0} and {name} here, found '"
                  + field.group()
                  + "' at position "
                  + field.start());
        }
        out.append(field.group().charAt(0));
      } else if (name.isEmpty() || name.matches("\\d{1,4}")) {
        if (automatic != null && automatic != name.isEmpty()) {
          throw Py.valueError("format() cannot number its fields both by hand and by itself");
        }
        automatic = name.isEmpty();
        int at = name.isEmpty() ? next++ : Integer.parseInt(name);
        if (at >= args.positional().size()) {
          throw new TemplateException("IndexError: format() has no argument " + at);
        }
        out.append(PyText.str(args.positional().get(at), budget));
      } else {
        Map<String, Object> named = args.named();
        if (!named.containsKey(name)) {
          throw new TemplateException("KeyError: format() has no argument '" + name + "'");
        }
        out.append(PyText.str(named.get(name), budget));
      }
    }
    return out.append(text, last, text.length()).toString();
  }

  private static Object partition(String text, String name, Args args, Budget budget) {
    String separator = args.bind(name, "sep").text("sep");
    if (separator.isEmpty()) {
      throw Py.valueError("empty separator");
    }
    boolean right = name.startsWith("r");
    budget.text(text.length());
    int at =
        right
            ? Search.last(text, separator, text.length(), budget)
            : Search.first(text, separator, 0, budget);
    List<Object> parts =
        at >= 0
            ? List.of(text.substring(0, at), separator, text.substring(at + separator.length()))
            : right ? List.of("", "", text) : List.of(text, "", "");
    return new Values.Tuple(parts);
  }

  private static String pad(String text, String name, Args args, Budget budget) {
    Args.Bound bound = args.bind(name, "width", "fillchar");
    budget.scan(2L * text.length());
    String fill = bound.has("fillchar") ? bound.text("fillchar") : " ";
    long missing = Py.index(bound.need("width")) - text.codePointCount(0, text.length());
    if (fill.codePointCount(0, fill.length()) != 1) {
      throw Py.typeError("The fill character must be exactly one character long");
    }
    if (missing <= 0) {
      return text;
    }
    budget.text(missing + text.length());
    long width = missing + text.codePointCount(0, text.length());
    long left =
        switch (name) {
          case "ljust" -> 0;
          case "rjust" -> missing;
          default -> missing / 2 + (missing & width & 1);
        };
    return fill.repeat((int) left) + text + fill.repeat((int) (missing - left));
  }

  private static String zfill(String text, Args args, Budget budget) {
    budget.scan(text.length());
    long missing =
        Py.index(args.bind("zfill", "width").need("width")) - text.codePointCount(0, text.length());
    if (missing <= 0) {
      return text;
    }
    budget.text(missing + text.length());
    int sign = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
    return text.substring(0, sign) + "0".repeat((int) missing) + text.substring(sign);
  }
}
