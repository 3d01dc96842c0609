package io.sapflow.tokens.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Python's ways with values: truth, types, equality, order, iteration, length. */
final class Py {
  private Py() {}

  static TemplateException typeError(String message) {
    return new TemplateException("TypeError: " + message);
  }

  static TemplateException valueError(String message) {
    return new TemplateException("ValueError: " + message);
  }

  static String type(Object value) {
    if (value == null) {
      return "NoneType";
    }
    if (value instanceof Boolean) {
      return "bool";
    }
    if (value instanceof Long) {
      return "int";
    }
    if (value instanceof Double) {
      return "float";
    }
    if (value instanceof String) {
      return "str";
    }
    if (value instanceof Values.Range) {
      return "range";
    }
    if (value instanceof List) {
      return "list";
    }
    if (value instanceof Map) {
      return "dict";
    }
    if (value instanceof Values.View view) {
      return view.kind();
    }
    return value.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
  }

  static boolean truth(Object value) {
    if (value == null || value instanceof Undefined) {
      return false;
    }
    if (value instanceof Boolean b) {
      return b;
    }
    if (value instanceof Number n) {
      return n.doubleValue() != 0;
    }
    if (value instanceof Values.Generator) {
      return true;
    }
    long length = lengthOr(value, 1);
    return length > 0;
  }

  /** The length, or the fallback for what has none. */
  static long lengthOr(Object value, long fallback) {
    if (value instanceof String s) {
      return s.codePointCount(0, s.length());
    }
    if (value instanceof List<?> list) {
      return list.size();
    }
    if (value instanceof Map<?, ?> map) {
      return map.size();
    }
    if (value instanceof Values.Tuple tuple) {
      return tuple.items().size();
    }
    if (value instanceof Values.View view) {
      return view.items().size();
    }
    if (value instanceof Undefined) {
      return 0;
    }
    if (value instanceof Loop loop) {
      return loop.length();
    }
    return fallback;
  }

  static long length(Object value) {
    long length = lengthOr(value, -1);
    if (length < 0) {
      throw typeError("object of type '" + type(value) + "' has no len()");
    }
    return length;
  }

  static boolean isIterable(Object value) {
    return value instanceof String
        || value instanceof List
        || value instanceof Map
        || value instanceof Values.Tuple
        || value instanceof Values.View
        || value instanceof Values.Generator
        || value instanceof Undefined;
  }

  /** The elements; a generator is empty afterwards. */
  @SuppressWarnings("unchecked")
  static List<Object> elements(Object value, Budget budget) {
    List<Object> items;
    if (value instanceof String s) {
      List<Object> characters = new ArrayList<>();
      s.codePoints().forEach(c -> characters.add(Character.toString(c)));
      items = characters;
    } else if (value instanceof List<?> list) {
      items = (List<Object>) list;
    } else if (value instanceof Map<?, ?> map) {
      items = new ArrayList<>(map.keySet());
    } else if (value instanceof Values.Tuple tuple) {
      items = tuple.items();
    } else if (value instanceof Values.View view) {
      items = view.items();
    } else if (value instanceof Values.Generator generator) {
      List<Object> rest = new ArrayList<>();
      generator.items().forEachRemaining(rest::add);
      items = rest;
    } else if (value instanceof Undefined) {
      items = List.of();
    } else {
      throw typeError("'" + type(value) + "' object is not iterable");
    }
    budget.length(items.size());
    return items;
  }

  static boolean isNumber(Object value) {
    return value instanceof Long || value instanceof Double || value instanceof Boolean;
  }

  static boolean isInteger(Object value) {
    return value instanceof Long || value instanceof Boolean;
  }

  static long integer(Object value) {
    return value instanceof Boolean b ? (b ? 1 : 0) : (Long) value;
  }

  static double real(Object value) {
    return value instanceof Double d ? d : integer(value);
  }

  static long index(Object value) {
    if (!isInteger(value)) {
      throw typeError("'" + type(value) + "' object cannot be interpreted as an integer");
    }
    return integer(value);
  }

  static String string(Object value, String function) {
    if (value instanceof Undefined undefined) {
      throw undefined.fail();
    }
    if (!(value instanceof String text)) {
      throw typeError(function + "() argument must be str, not " + type(value));
    }
    return text;
  }

  static boolean equal(Object left, Object right) {
    if (left == null || right == null) {
      return left == right;
    }
    if (isNumber(left) && isNumber(right)) {
      return isInteger(left) && isInteger(right)
          ? integer(left) == integer(right)
          : real(left) == real(right);
    }
    if (left instanceof List<?> a && right instanceof List<?> b) {
      return (left instanceof Values.Range == right instanceof Values.Range) && equalItems(a, b);
    }
    if (left instanceof Values.Tuple a && right instanceof Values.Tuple b) {
      return equalItems(a.items(), b.items());
    }
    if (left instanceof Map<?, ?> a && right instanceof Map<?, ?> b) {
      return a.size() == b.size()
          && a.entrySet().stream()
              .allMatch(e -> b.containsKey(e.getKey()) && equal(e.getValue(), b.get(e.getKey())));
    }
    return left.equals(right);
  }

  private static boolean equalItems(List<?> a, List<?> b) {
    boolean same = a.size() == b.size();
    for (int i = 0; same && i < a.size(); i++) {
      same = equal(a.get(i), b.get(i));
    }
    return same;
  }

  /** Order as Python's; the operator is for the message where there is none. */
  static int compare(Object left, Object right, String operator) {
    if (left instanceof Undefined undefined) {
      throw undefined.fail();
    }
    if (right instanceof Undefined undefined) {
      throw undefined.fail();
    }
    if (isInteger(left) && isInteger(right)) {
      return Long.compare(integer(left), integer(right));
    }
    if (isNumber(left) && isNumber(right)) {
      return Double.compare(real(left), real(right));
    }
    if (left instanceof String a && right instanceof String b) {
      return PyText.compare(a, b);
    }
    if (left instanceof List<?> a && right instanceof List<?> b) {
      return compareItems(a, b, operator);
    }
    if (left instanceof Values.Tuple a && right instanceof Values.Tuple b) {
      return compareItems(a.items(), b.items(), operator);
    }
    throw typeError(
        "'"
            + operator
            + "' not supported between instances of '"
            + type(left)
            + "' and '"
            + type(right)
            + "'");
  }

  private static int compareItems(List<?> a, List<?> b, String operator) {
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      if (!equal(a.get(i), b.get(i))) {
        return compare(a.get(i), b.get(i), operator);
      }
    }
    return Integer.compare(a.size(), b.size());
  }

  static boolean contains(Object container, Object item, Budget budget) {
    if (container instanceof String text) {
      if (item instanceof Undefined undefined) {
        throw undefined.fail();
      }
      if (!(item instanceof String part)) {
        throw typeError("'in <string>' requires string as left operand, not " + type(item));
      }
      budget.charge(text.length());
      return text.contains(part);
    }
    if (container instanceof Map<?, ?> map) {
      return map.containsKey(key(item));
    }
    if (!isIterable(container)) {
      throw typeError("argument of type '" + type(container) + "' is not iterable");
    }
    for (Object element : elements(container, budget)) {
      if (equal(element, item)) {
        return true;
      }
    }
    return false;
  }

  /** A value as a key of a dict. */
  static Object key(Object value) {
    if (value instanceof List || value instanceof Map) {
      throw typeError("unhashable type: '" + type(value) + "'");
    }
    return value;
  }
}
