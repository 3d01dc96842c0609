package io.sapflow.template;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The functions that every template can call. */
final class Globals {
  private static final long MAX_RANGE = 100_000;
  private static final Map<Character, String> DATE_PARTS =
      Map.ofEntries(
          Map.entry('d', "dd"),
          Map.entry('m', "MM"),
          Map.entry('Y', "yyyy"),
          Map.entry('y', "yy"),
          Map.entry('b', "MMM"),
          Map.entry('h', "MMM"),
          Map.entry('B', "MMMM"),
          Map.entry('a', "EEE"),
          Map.entry('A', "EEEE"),
          Map.entry('H', "HH"),
          Map.entry('I', "hh"),
          Map.entry('M', "mm"),
          Map.entry('S', "ss"),
          Map.entry('f', "SSSSSS"),
          Map.entry('p', "a"),
          Map.entry('j', "DDD"),
          Map.entry('F', "yyyy-MM-dd"),
          Map.entry('T', "HH:mm:ss"),
          Map.entry('D', "MM/dd/yy"),
          Map.entry('R', "HH:mm"));

  private Globals() {}

  static void define(Scope scope, Instant now) {
    set(scope, "range", (a, b) -> range(a));
    set(scope, "dict", (a, b) -> dict("dict", a, b));
    set(
        scope,
        "namespace",
        (a, b) -> {
          Values.Namespace namespace = new Values.Namespace();
          dict("namespace", a, b).forEach((k, v) -> namespace.members.put(PyText.str(k, b), v));
          return namespace;
        });
    for (String name : List.of("cycler", "joiner", "lipsum", "self")) {
      set(
          scope,
          name,
          (a, b) -> {
            throw new TemplateException("'" + name + "' is not supported");
          });
    }
    set(
        scope,
        "raise_exception",
        (a, b) -> {
          throw new TemplateException(
              PyText.str(a.bind("raise_exception", "message").need("message"), b));
        });
    set(
        scope,
        "strftime_now",
        (a, b) -> time(a.bind("strftime_now", "format").text("format"), now, b));
  }

  private static void set(Scope scope, String name, Values.Callable body) {
    scope.set(name, new Values.Function(name, body));
  }

  private static Object range(Args arguments) {
    if (!arguments.named().isEmpty()) {
      throw Py.typeError("range() takes no keyword arguments");
    }
    List<Object> values =
        arguments.bind("range", "start", "stop", "step").values().values().stream().toList();
    if (values.isEmpty()) {
      throw Py.typeError("range expected at least 1 argument, got 0");
    }
    long start = values.size() > 1 ? Py.index(values.get(0)) : 0;
    long stop = Py.index(values.get(values.size() > 1 ? 1 : 0));
    long step = values.size() > 2 ? Py.index(values.get(2)) : 1;
    if (step == 0) {
      throw Py.valueError("range() arg 3 must not be zero");
    }
    double size = Math.max(0, Math.ceil(((double) stop - start) / step));
    if (size > MAX_RANGE) {
      throw new TemplateException("OverflowError: a range has at most " + MAX_RANGE + " elements");
    }
    return new Values.Range(start, stop, step, (int) size);
  }

  private static Map<Object, Object> dict(String name, Args arguments, Budget budget) {
    Map<Object, Object> map = new LinkedHashMap<>();
    Object from =
        new Args(arguments.positional(), Map.of()).bind(name, "from").get("from", Map.of());
    if (from instanceof Map<?, ?> other) {
      other.forEach((key, item) -> put(map, key, item, budget));
    } else {
      for (Object pair : Py.elements(from, budget)) {
        List<Object> items = Py.elements(pair, budget);
        if (items.size() != 2) {
          throw Py.valueError(name + "() needs pairs of a key and a value");
        }
        put(map, items.get(0), items.get(1), budget);
      }
    }
    arguments.named().forEach((key, item) -> put(map, key, item, budget));
    return map;
  }

  private static void put(Map<Object, Object> map, Object key, Object item, Budget budget) {
    budget.list(8);
    map.put(Py.key(map, key, budget), item);
  }

  private static String time(String format, Instant now, Budget budget) {
    if (now == null) {
      throw new TemplateException("strftime_now needs a time, and none was given");
    }
    ZonedDateTime time = now.atZone(ZoneOffset.UTC);
    BoundedText out = new BoundedText(budget);
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%' || i + 1 == format.length()) {
        out.append(c);
        continue;
      }
      budget.charge(500);
      char part = format.charAt(++i);
      boolean bare = part == '-' && i + 1 < format.length();
      part = bare ? format.charAt(++i) : part;
      out.append(part(part, bare, time));
    }
    return out.toString();
  }

  private static String part(char part, boolean bare, ZonedDateTime time) {
    if (part == '%') {
      return "%";
    }
    if (part == 'e') {
      return String.format(Locale.ROOT, bare ? "%d" : "%2d", time.getDayOfMonth());
    }
    if (!DATE_PARTS.containsKey(part)) {
      throw new TemplateException("strftime_now does not know '%" + part + "'");
    }
    String text = DateTimeFormatter.ofPattern(DATE_PARTS.get(part), Locale.ROOT).format(time);
    if ("bhBaA".indexOf(part) >= 0) {
      text = DateTimeFormatter.ofPattern(DATE_PARTS.get(part), Locale.US).format(time);
    }
    return bare ? text.replaceFirst("^0+(?=.)", "") : text;
  }
}
