package io.sapflow.template;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Python's {@code repr} of values. */
final class Repr {
  private final Budget budget;
  private final BoundedText out;

  Repr(Budget budget) {
    this.budget = budget;
    this.out = new BoundedText(budget);
  }

  String text(Object value) {
    write(value);
    return out.toString();
  }

  private void write(Object value) {
    budget.enter();
    if (value == null) {
      out.append("None");
    } else if (value instanceof Boolean b) {
      out.append(b ? "True" : "False");
    } else if (value instanceof Double d) {
      out.append(PyText.number(d, budget));
    } else if (value instanceof String text) {
      quote(text);
    } else if (value instanceof Values.Range range) {
      out.append("range(" + range.start + ", " + range.stop);
      out.append(range.step == 1 ? ")" : ", " + range.step + ")");
    } else if (value instanceof List<?> list) {
      items("[", list, "]");
    } else if (value instanceof Values.Tuple tuple) {
      items("(", tuple.items(), tuple.items().size() == 1 ? ",)" : ")");
    } else if (value instanceof Values.View view) {
      items(view.kind() + "([", view.items(), "])");
    } else if (value instanceof Map<?, ?> map) {
      dict(map);
    } else if (value instanceof Values.Safe safe) {
      out.append("Markup(");
      quote(safe.text());
      out.append(')');
    } else if (value instanceof Long number) {
      out.append(number.toString());
    } else if (!(value instanceof Undefined)) {
      throw Py.typeError("a " + Py.type(value) + " cannot be printed");
    }
    budget.leave();
  }

  private void items(String open, List<?> items, String close) {
    out.append(open);
    for (int i = 0; i < items.size(); i++) {
      out.append(i > 0 ? ", " : "");
      inner(items.get(i));
    }
    out.append(close);
  }

  private void dict(Map<?, ?> map) {
    out.append('{');
    String comma = "";
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      out.append(comma);
      inner(entry.getKey());
      out.append(": ");
      inner(entry.getValue());
      comma = ", ";
    }
    out.append('}');
  }

  private void inner(Object value) {
    if (value instanceof Undefined) {
      out.append("Undefined");
    } else {
      write(value);
    }
  }

  private void quote(String text) {
    budget.charge(1 + text.length() / 2);
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    out.append(quote);
    int plain = 0;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      int next = i + Character.charCount(c);
      if (c == quote || c == '\\' || !PyText.isPrintable(c)) {
        out.append(text, plain, i).append(escape(c));
        plain = next;
      }
      i = next;
    }
    out.append(text, plain, text.length()).append(quote);
  }

  private static String escape(int c) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case '\'', '"', '\\' -> "\\" + (char) c;
      default ->
          c < 0x100 ? "\\x" + hex(c, 2) : c < 0x10000 ? "\\u" + hex(c, 4) : "\\U" + hex(c, 8);
    };
  }

  private static String hex(int c, int digits) {
    return HexFormat.of().toHexDigits(c, digits);
  }
}
