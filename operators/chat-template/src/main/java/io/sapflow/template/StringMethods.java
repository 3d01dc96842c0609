package io.sapflow.template;

import java.util.ArrayList;
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
    budget.charge(text.length());
    Object result =
        switch (name) {
          case "strip", "lstrip", "rstrip" ->
              PyText.strip(
                  text,
                  args.bind(name, "chars").textOrNull("chars"),
                  !name.equals("rstrip"),
                  !name.equals("lstrip"));
          case "split", "rsplit" -> split(text, name, args);
          case "splitlines" ->
              PyText.lines(text, args.bind(name, "keepends").integer("keepends", 0) != 0);
          case "startswith", "endswith" -> affix(text, name, args, budget);
          case "removeprefix" -> {
            String prefix = args.bind(name, "prefix").text("prefix");
            yield text.startsWith(prefix) ? text.substring(prefix.length()) : text;
          }
          case "removesuffix" -> {
            String suffix = args.bind(name, "suffix").text("suffix");
            yield text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
          }
          case "replace" -> {
            Args.Bound bound = args.bind(name, "old", "new", "count");
            yield replace(
                text, bound.text("old"), bound.text("new"), bound.integer("count", -1), budget);
          }
          case "find", "rfind", "index", "rindex", "count" -> search(text, name, args);
          case "join" -> join(text, args.bind(name, "iterable").need("iterable"), budget);
          case "format" -> format(text, args);
          case "partition", "rpartition" -> partition(text, name, args);
          case "ljust", "rjust", "center" -> pad(text, name, args, budget);
          case "zfill" -> zfill(text, args, budget);
          default -> {
            args.bind(name);
            yield plain(text, name);
          }
        };
    return result instanceof String made ? budget.text(made) : result;
  }

  private static Object plain(String text, String name) {
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

  private static List<Object> split(String text, String name, Args args) {
    Args.Bound bound = args.bind(name, "sep", "maxsplit");
    String separator = bound.textOrNull("sep");
    long most = bound.integer("maxsplit", -1);
    boolean right = name.equals("rsplit");
    if (separator != null && separator.isEmpty()) {
      throw Py.valueError("empty separator");
    }
    List<Object> parts = new ArrayList<>();
    String rest = separator == null ? PyText.strip(text, null, !right, right) : text;
    while (most < 0 || parts.size() < most) {
      int[] cut = separator == null ? blank(rest, right) : found(rest, separator, right);
      if (cut == null) {
        break;
      }
      parts.add(right ? rest.substring(cut[1]) : rest.substring(0, cut[0]));
      rest = right ? rest.substring(0, cut[0]) : rest.substring(cut[1]);
    }
    rest =
        separator == null ? PyText.strip(rest, null, right && most < 0, !right && most < 0) : rest;
    if (separator != null || !rest.isEmpty()) {
      parts.add(rest);
    }
    if (right) {
      java.util.Collections.reverse(parts);
    }
    return parts;
  }

  private static int[] found(String text, String separator, boolean right) {
    int at = right ? text.lastIndexOf(separator) : text.indexOf(separator);
    return at < 0 ? null : new int[] {at, at + separator.length()};
  }

  /** The first run of white space that stands before more text, or the last that stands after. */
  private static int[] blank(String text, boolean right) {
    int start = right ? text.length() : 0;
    int step = right ? -1 : 1;
    while (start != (right ? 0 : text.length()) && !spaceAt(text, right ? start - 1 : start)) {
      start += step;
    }
    int end = start;
    while (end != (right ? 0 : text.length()) && spaceAt(text, right ? end - 1 : end)) {
      end += step;
    }
    return start == end ? null : right ? new int[] {end, start} : new int[] {start, end};
  }

  private static boolean spaceAt(String text, int at) {
    return PyText.isSpace(text.charAt(at));
  }

  private static boolean affix(String text, String name, Args args, Budget budget) {
    Args.Bound bound = args.bind(name, "affix", "start", "end");
    Object affix = bound.need("affix");
    String part = part(text, bound);
    List<Object> options =
        affix instanceof Values.Tuple ? Py.elements(affix, budget) : Args.of(affix).positional();
    for (Object option : options) {
      String wanted = Py.string(option, name);
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
  private static String part(String text, Args.Bound bound) {
    if (!bound.has("start")) {
      return text;
    }
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

  private static Object search(String text, String name, Args args) {
    Args.Bound bound = args.bind(name, "sub", "start", "end");
    String wanted = bound.text("sub");
    String part = part(text, bound);
    if (name.equals("count")) {
      return part == null ? 0L : count(part, wanted);
    }
    int at =
        part == null ? -1 : name.startsWith("r") ? part.lastIndexOf(wanted) : part.indexOf(wanted);
    if (at < 0) {
      if (name.endsWith("index")) {
        throw Py.valueError("substring not found");
      }
      return -1L;
    }
    int length = text.codePointCount(0, text.length());
    return (long) part.codePointCount(0, at) + clip(bound.get("start", null), 0, length);
  }

  private static long count(String text, String wanted) {
    if (wanted.isEmpty()) {
      return text.codePointCount(0, text.length()) + 1L;
    }
    long count = 0;
    for (int at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length())) {
      count++;
    }
    return count;
  }

  static String replace(String text, String old, String with, long most, Budget budget) {
    long count = count(text, old);
    count = most < 0 ? count : Math.min(most, count);
    budget.length(text.length() + count * (long) with.length());
    StringBuilder out = new StringBuilder();
    int from = 0;
    for (long i = 0; i < count; i++) {
      int at =
          !old.isEmpty() ? text.indexOf(old, from) : i == 0 ? 0 : text.offsetByCodePoints(from, 1);
      out.append(text, from, at).append(with);
      from = at + old.length();
    }
    return out.append(text.substring(from)).toString();
  }

  private static String join(String separator, Object items, Budget budget) {
    StringBuilder out = new StringBuilder();
    int i = 0;
    for (Object item : Py.elements(items, budget)) {
      if (!(Py.plain(item) instanceof String text)) {
        throw Py.typeError(
            "sequence item " + i + ": expected str instance, " + Py.type(item) + " found");
      }
      out.append(i++ > 0 ? separator : "").append(text);
      budget.charge(text.length() + (long) separator.length());
    }
    return out.toString();
  }

  private static String format(String text, Args args) {
    Matcher field = FIELD.matcher(text);
    StringBuilder out = new StringBuilder();
    int last = 0;
    int next = 0;
    Boolean automatic = null;
    while (field.find()) {
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
        out.append(PyText.str(args.positional().get(at)));
      } else {
        Map<String, Object> named = args.named();
        if (!named.containsKey(name)) {
          throw new TemplateException("KeyError: format() has no argument '" + name + "'");
        }
        out.append(PyText.str(named.get(name)));
      }
    }
    return out.append(text.substring(last)).toString();
  }

  private static Object partition(String text, String name, Args args) {
    String separator = args.bind(name, "sep").text("sep");
    if (separator.isEmpty()) {
      throw Py.valueError("empty separator");
    }
    boolean right = name.startsWith("r");
    int[] cut = found(text, separator, right);
    List<Object> parts =
        cut != null
            ? List.of(text.substring(0, cut[0]), separator, text.substring(cut[1]))
            : right ? List.of("", "", text) : List.of(text, "", "");
    return new Values.Tuple(parts);
  }

  private static String pad(String text, String name, Args args, Budget budget) {
    Args.Bound bound = args.bind(name, "width", "fillchar");
    String fill = bound.has("fillchar") ? bound.text("fillchar") : " ";
    long missing = Py.index(bound.need("width")) - text.codePointCount(0, text.length());
    if (fill.codePointCount(0, fill.length()) != 1) {
      throw Py.typeError("The fill character must be exactly one character long");
    }
    if (missing <= 0) {
      return text;
    }
    budget.length(missing);
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
    long missing =
        Py.index(args.bind("zfill", "width").need("width")) - text.codePointCount(0, text.length());
    if (missing <= 0) {
      return text;
    }
    budget.length(missing);
    int sign = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
    return text.substring(0, sign) + "0".repeat((int) missing) + text.substring(sign);
  }
}
