package io.sapflow.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Python's {@code json.dumps} as Hugging Face's {@code tojson} calls it. */
final class Json {
  private final boolean ascii;
  private final String indent;
  private final String comma;
  private final String colon;
  private final boolean sorted;
  private final Budget budget;
  private final StringBuilder out = new StringBuilder();

  private Json(Args.Bound options, Budget budget) {
    this.ascii = options.flag("ensure_ascii");
    Object width = options.get("indent", null);
    this.indent =
        width == null
            ? null
            : width instanceof String text
                ? text
                : " ".repeat((int) Math.min(1000, Math.max(0, Py.index(width))));
    Object separators = options.get("separators", null);
    List<Object> pair = separators == null ? null : Py.elements(separators, budget);
    if (pair != null && pair.size() != 2) {
      throw Py.valueError("tojson: separators must be two texts");
    }
    this.comma = pair == null ? (indent == null ? ", " : ",") : Py.string(pair.get(0), "tojson");
    this.colon = pair == null ? ": " : Py.string(pair.get(1), "tojson");
    this.sorted = options.flag("sort_keys");
    this.budget = budget;
  }

  static String write(Object value, Args.Bound options, Budget budget) {
    Json json = new Json(options, budget);
    json.value(value, 0);
    return json.out.toString();
  }

  private void value(Object any, int depth) {
    Object value = Py.plain(any);
    budget.charge(1);
    if (value == null || value instanceof Boolean) {
      out.append(value);
    } else if (value instanceof Double d) {
      out.append(
          Double.isNaN(d)
              ? "NaN"
              : Double.isInfinite(d) ? (d > 0 ? "Infinity" : "-Infinity") : PyText.number(d));
    } else if (value instanceof Long) {
      out.append(value);
    } else if (value instanceof String text) {
      string(text);
    } else if (value instanceof Map<?, ?> map) {
      object(map, depth);
    } else if (value instanceof Values.Tuple tuple) {
      array(tuple.items(), depth);
    } else if (value instanceof List<?> list && !(value instanceof Values.Range)) {
      array(list, depth);
    } else {
      String type = value instanceof Undefined ? "Undefined" : Py.type(value);
      throw Py.typeError("Object of type " + type + " is not JSON serializable");
    }
  }

  private void array(List<?> items, int depth) {
    out.append('[');
    for (int i = 0; i < items.size(); i++) {
      out.append(i > 0 ? comma : "");
      newline(depth + 1);
      value(items.get(i), depth + 1);
    }
    end(items.isEmpty(), ']', depth);
  }

  private void object(Map<?, ?> map, int depth) {
    List<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
    if (sorted) {
      entries.sort((a, b) -> Py.compare(a.getKey(), b.getKey(), "<"));
    }
    out.append('{');
    for (int i = 0; i < entries.size(); i++) {
      out.append(i > 0 ? comma : "");
      newline(depth + 1);
      Object key = entries.get(i).getKey();
      if (key instanceof Values.Tuple) {
        throw Py.typeError("keys must be str, int, float, bool or None, not tuple");
      }
      string(
          key instanceof String text
              ? text
              : key == null || key instanceof Boolean ? String.valueOf(key) : PyText.str(key));
      out.append(colon);
      value(entries.get(i).getValue(), depth + 1);
    }
    end(entries.isEmpty(), '}', depth);
  }

  private void newline(int depth) {
    if (indent != null) {
      budget.charge((long) indent.length() * depth);
      out.append('\n').append(indent.repeat(depth));
    }
  }

  private void end(boolean empty, char close, int depth) {
    if (!empty) {
      newline(depth);
    }
    out.append(close);
  }

  private void string(String text) {
    budget.charge(text.length());
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (c < 0x20 || (ascii && c > 0x7e)) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
