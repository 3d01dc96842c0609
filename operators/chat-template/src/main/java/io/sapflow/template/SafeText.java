package io.sapflow.template;

import java.util.ArrayList;
import java.util.List;

/** Texts that {@code safe} and {@code escape} make: what joins them is escaped for HTML. */
final class SafeText {
  private SafeText() {}

  static Values.Safe escape(Object value, Budget budget) {
    if (value instanceof Values.Safe safe) {
      return safe;
    }
    String text = PyText.str(value, budget);
    budget.charge(1 + text.length() / 4);
    BoundedText out = new BoundedText(budget);
    int plain = 0;
    for (int i = 0; i < text.length(); i++) {
      String entity = entity(text.charAt(i));
      if (entity != null) {
        out.append(text, plain, i).append(entity);
        plain = i + 1;
      }
    }
    return new Values.Safe(out.append(text, plain, text.length()).toString());
  }

  private static String entity(char c) {
    return switch (c) {
      case '&' -> "&amp;";
      case '<' -> "&lt;";
      case '>' -> "&gt;";
      case '\'' -> "&#39;";
      case '"' -> "&#34;";
      default -> null;
    };
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
    BoundedText sum = new BoundedText(budget).append(escape(left, budget).text());
    return new Values.Safe(sum.append(escape(right, budget).text()).toString());
  }

  /** A method of a safe text: the texts that it makes are safe too. */
  static Object call(Values.Safe safe, String name, Args arguments, Budget budget) {
    List<Object> given = new ArrayList<>(arguments.positional());
    switch (name) {
      case "format", "center", "ljust", "rjust" ->
          throw new TemplateException("'" + name + "' of a safe text is not supported");
      case "replace" -> {
        if (given.size() > 1) {
          given.set(1, escape(given.get(1), budget));
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
      budget.list(3L * parts.size());
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
      budget.list(3);
      all.add(Py.plain(item) instanceof String ? escape(item, budget) : item);
    }
    return all;
  }
}
