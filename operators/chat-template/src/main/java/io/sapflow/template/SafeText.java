package io.sapflow.template;

import java.util.ArrayList;
import java.util.List;

/** Texts that {@code safe} and {@code escape} make: what joins them is escaped for HTML. */
final class SafeText {
  private SafeText() {}

  static Values.Safe escape(Object value) {
    if (value instanceof Values.Safe safe) {
      return safe;
    }
    return new Values.Safe(
        PyText.str(value)
            .replace("&", "&amp;")
            .replace("<", "&lt;")
            .replace(">", "&gt;")
            .replace("'", "&#39;")
            .replace("\"", "&#34;"));
  }

  /** A sum of which at least one side is safe. */
  static Values.Safe add(Object left, Object right, Budget budget) {
    for (Object side : new Object[] {left, right}) {
      if (!(Py.plain(side) instanceof String)) {
        throw Py.typeError(
            "unsupported operand type(s) for +: '"
                + Py.type(left)
                + "' and '"
                + Py.type(right)
                + "'");
      }
    }
    return new Values.Safe(budget.text(escape(left).text() + escape(right).text()));
  }

  /** A method of a safe text: the texts that it makes are safe too. */
  static Object call(Values.Safe safe, String name, Args arguments, Budget budget) {
    List<Object> given = new ArrayList<>(arguments.positional());
    switch (name) {
      case "format", "center", "ljust", "rjust" ->
          throw new TemplateException("'" + name + "' of a safe text is not supported");
      case "replace" -> {
        if (given.size() > 1) {
          given.set(1, escape(given.get(1)));
        }
      }
      case "join" -> {
        if (!given.isEmpty()) {
          given.set(0, escaped(given.get(0), budget));
        }
      }
      default -> {}
    }
    Object made = StringMethods.call(safe.text(), name, new Args(given, arguments.named()), budget);
    if (made instanceof List<?> parts) {
      List<Object> all = new ArrayList<>();
      parts.forEach(part -> all.add(new Values.Safe((String) part)));
      return all;
    }
    if (made instanceof Values.Tuple parts) {
      List<Object> all = new ArrayList<>();
      parts.items().forEach(part -> all.add(new Values.Safe((String) part)));
      return new Values.Tuple(all);
    }
    return made instanceof String text ? new Values.Safe(text) : made;
  }

  private static List<Object> escaped(Object items, Budget budget) {
    List<Object> all = new ArrayList<>();
    for (Object item : Py.elements(items, budget)) {
      all.add(Py.plain(item) instanceof String ? escape(item) : item);
    }
    return all;
  }
}
