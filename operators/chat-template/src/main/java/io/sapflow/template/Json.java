package io.sapflow.template;

import java.util.ArrayList;
import java.util.HexFormat;
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
  private final BoundedText out;

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
    this.out = new BoundedText(budget);
  }

  static String write(Object value, Args.Bound options, Budget budget) {
    Json json = new Json(options, budget);
    json.value(value, 0);
    return json.out.toString();
  }

  private void value(Object any, int depth) {
    Object value = Py.plain(any);
    budget.enter();
    if (value == null || value instanceof Boolean) {
      out.append(String.valueOf(value));
    } else if (value instanceof Double d) {
      out.append(
          Double.isNaN(d)
              ? "NaN"
              : Double.isInfinite(d)
                  ? (d > 0 ? "Infinity" : "-Infinity")
                  : PyText.number(d, budget));
    } else if (value instanceof Long) {
      out.append(value.toString());
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
    budget.leave();
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
    budget.list(map.size());
    List<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
    if (sorted) {
      entries.sort((a, b) -> Py.compare(a.getKey(), b.getKey(), "<", budget));
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
              : key == null || key instanceof Boolean
                  ? String.valueOf(key)
                  : PyText.str(key, budget));
      out.append(colon);
      value(entries.get(i).getValue(), depth + 1);
    }
    end(entries.isEmpty(), '}', depth);
  }

  private void newline(int depth) {
    if (indent != null) {
      budget.text((long) indent.length() * depth);
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
    budget.charge(1 + text.length() / 4);
    out.append('"');
    int plain = 0;
    for (int i = 0; i < text.length(); i++) {
      String escape = escape(text.charAt(i));
      if (escape != null) {
        out.append(text, plain, i).append(escape);
        plain = i + 1;
      }
    }
    out.append(text, plain, text.length()).append('"');
  }

  /** How a character is written, or null where it is written as it is. */
  private String escape(char c) {
    return switch (c) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case '\b' -> "\\b";
      case '\f' -> "\\f";
      default -> c < 0x20 || (ascii && c > 0x7e) ? "\\u" + HexFormat.of().toHexDigits(c) : null;
    };
  }
}
