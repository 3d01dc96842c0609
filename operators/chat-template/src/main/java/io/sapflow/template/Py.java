package io.sapflow.template;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Iterator;
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
    if (value instanceof Values.Safe) {
      return "Markup";
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
    if (plain(value) instanceof String text) {
      return !text.isEmpty();
    }
    return lengthOr(value, 1) > 0;
  }

  /** A safe text as a plain one; any other value as it is. */
  static Object plain(Object value) {
    return value instanceof Values.Safe safe ? safe.text() : value;
  }

  /** The length of what is no text, or the fallback for what has none. */
  private static long lengthOr(Object value, long fallback) {
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

  static long length(Object value, Budget budget) {
    if (plain(value) instanceof String text) {
      budget.scan(text.length());
      return text.codePointCount(0, text.length());
    }
    long length = lengthOr(value, -1);
    if (length < 0) {
      throw typeError("object of type '" + type(value) + "' has no len()");
    }
    return length;
  }

  static boolean isIterable(Object value) {
    return plain(value) instanceof String
        || value instanceof List
        || value instanceof Map
        || value instanceof Values.Tuple
        || value instanceof Values.View
        || value instanceof Values.Generator
        || value instanceof Undefined;
  }

  /** The elements one by one; those of a generator are gone once they are read. */
  static Iterator<Object> iterator(Object value, Budget budget) {
    return value instanceof Values.Generator generator
        ? generator.items()
        : elements(value, budget).iterator();
  }

  /** The elements; a generator is empty afterwards. */
  @SuppressWarnings("unchecked")
  static List<Object> elements(Object any, Budget budget) {
    Object value = plain(any);
    List<Object> items;
    if (value instanceof String s) {
      budget.charge(3L * s.length());
      budget.make(64L * s.length());
      List<Object> characters = new ArrayList<>();
      s.codePoints().forEach(c -> characters.add(Character.toString(c)));
      items = characters;
    } else if (value instanceof List<?> list) {
      items = (List<Object>) list;
    } else if (value instanceof Map<?, ?> map) {
      budget.list(map.size());
      items = new ArrayList<>(map.keySet());
    } else if (value instanceof Values.Tuple tuple) {
      items = tuple.items();
    } else if (value instanceof Values.View view) {
      items = view.items();
    } else if (value instanceof Values.Generator generator) {
      List<Object> rest = new ArrayList<>();
      while (generator.items().hasNext()) {
        budget.charge(1);
        budget.make(8);
        rest.add(generator.items().next());
      }
      items = rest;
    } else if (value instanceof Undefined) {
      items = List.of();
    } else {
      throw typeError("'" + type(value) + "' object is not iterable");
    }
    budget.charge(1 + items.size());
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
    if (!(plain(value) instanceof String text)) {
      throw typeError(function + "() argument must be str, not " + type(value));
    }
    return text;
  }

  static boolean equal(Object one, Object other, Budget budget) {
    budget.charge(3);
    Object left = plain(one);
    Object right = plain(other);
    if (left == null || right == null) {
      return left == right;
    }
    if (isNumber(left) && isNumber(right)) {
      return isInteger(left) && isInteger(right)
          ? integer(left) == integer(right)
          : order(left, right, budget) == 0;
    }
    if (left instanceof String a && right instanceof String b) {
      budget.scan(a.length() == b.length() ? a.length() : 0);
      return a.equals(b);
    }
    budget.enter();
    boolean same = equalContainers(left, right, budget);
    budget.leave();
    return same;
  }

  private static boolean equalContainers(Object left, Object right, Budget budget) {
    if (left instanceof List<?> a && right instanceof List<?> b) {
      return (left instanceof Values.Range == right instanceof Values.Range)
          && equalItems(a, b, budget);
    }
    if (left instanceof Values.Tuple a && right instanceof Values.Tuple b) {
      return equalItems(a.items(), b.items(), budget);
    }
    if (left instanceof Map<?, ?> a && right instanceof Map<?, ?> b) {
      return a.size() == b.size()
          && a.entrySet().stream().allMatch(e -> holds(b, e.getKey(), e.getValue(), budget));
    }
    if (left instanceof Values.View a && right instanceof Values.View b) {
      boolean set = !a.kind().equals("dict_values") && a.kind().equals(b.kind());
      return left == right
          || (set
              && a.items().size() == b.items().size()
              && a.items().stream()
                  .allMatch(
                      item -> b.items().stream().anyMatch(twin -> equal(item, twin, budget))));
    }
    // What is left has no parts that are compared.
    return left.equals(right);
  }

  private static boolean holds(Map<?, ?> map, Object key, Object value, Budget budget) {
    Object found = key(map, key, budget);
    return map.containsKey(found) && equal(value, map.get(found), budget);
  }

  /** The order of two numbers, exact as Python's; nan, which has none, is not equal to any. */
  private static int order(Object left, Object right, Budget budget) {
    if (isInteger(left) && isInteger(right)) {
      return Long.compare(integer(left), integer(right));
    }
    double a = real(left);
    double b = real(right);
    if (isInteger(left) == isInteger(right) || !(Math.abs(a) < 1e300 && Math.abs(b) < 1e300)) {
      return a < b ? -1 : a == b ? 0 : 1;
    }
    budget.charge(200);
    return exact(left).compareTo(exact(right));
  }

  private static BigDecimal exact(Object number) {
    return number instanceof Double d ? new BigDecimal(d) : BigDecimal.valueOf(integer(number));
  }

  private static boolean equalItems(List<?> a, List<?> b, Budget budget) {
    boolean same = a.size() == b.size();
    for (int i = 0; same && i < a.size(); i++) {
      same = equal(a.get(i), b.get(i), budget);
    }
    return same;
  }

  /** Order as Python's; the operator is for the message where there is none. */
  static int compare(Object one, Object other, String operator, Budget budget) {
    budget.charge(2);
    Object left = plain(one);
    Object right = plain(other);
    if (left instanceof Undefined undefined) {
      throw undefined.fail();
    }
    if (right instanceof Undefined undefined) {
      throw undefined.fail();
    }
    if (isNumber(left) && isNumber(right)) {
      if (Double.isNaN(real(left)) || Double.isNaN(real(right))) {
        throw valueError("nan has no order");
      }
      return order(left, right, budget);
    }
    if (left instanceof String a && right instanceof String b) {
      return PyText.compare(a, b, budget);
    }
    boolean ranges = left instanceof Values.Range || right instanceof Values.Range;
    if (!ranges && left instanceof List<?> a && right instanceof List<?> b) {
      return compareItems(a, b, operator, budget);
    }
    if (left instanceof Values.Tuple a && right instanceof Values.Tuple b) {
      return compareItems(a.items(), b.items(), operator, budget);
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

  private static int compareItems(List<?> a, List<?> b, String operator, Budget budget) {
    budget.enter();
    int order = Integer.compare(a.size(), b.size());
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      if (!equal(a.get(i), b.get(i), budget)) {
        order = compare(a.get(i), b.get(i), operator, budget);
        break;
      }
    }
    budget.leave();
    return order;
  }

  static boolean contains(Object any, Object one, Budget budget) {
    Object container = plain(any);
    Object item = plain(one);
    if (container instanceof String text) {
      if (item instanceof Undefined undefined) {
        throw undefined.fail();
      }
      if (!(item instanceof String part)) {
        throw typeError("'in <string>' requires string as left operand, not " + type(item));
      }
      return Search.first(text, part, 0, budget) >= 0;
    }
    if (container instanceof Map<?, ?> map) {
      return map.containsKey(key(map, item, budget));
    }
    if (container instanceof Values.Generator generator) {
      while (generator.items().hasNext()) {
        budget.charge(1);
        if (equal(generator.items().next(), item, budget)) {
          return true;
        }
      }
      return false;
    }
    if (!isIterable(container)) {
      throw typeError("argument of type '" + type(container) + "' is not iterable");
    }
    for (Object element : elements(container, budget)) {
      if (equal(element, item, budget)) {
        return true;
      }
    }
    return false;
  }

  /**
   * A value as a key of a dict: the equal key that it has, or else the value. What hashing the key
   * and comparing it with others of the same hash can cost is charged first.
   */
  static Object key(Map<?, ?> map, Object any, Budget budget) {
    Object value = plain(any);
    if (value instanceof Values.Tuple) {
      // Only these can be made to share a hash and have no order by which a map could tell them.
      budget.charge(Math.multiplyExact(weight(value, budget), 1L + map.size()));
      return value;
    }
    budget.charge(weight(value, budget));
    if (isNumber(value)) {
      for (Object twin : twins(value)) {
        if (map.containsKey(twin)) {
          return twin;
        }
      }
    }
    return value;
  }

  /** How much hashing a value touches; what Python does not hash is an error. */
  private static long weight(Object any, Budget budget) {
    Object value = plain(any);
    boolean list = value instanceof List && !(value instanceof Values.Range);
    if (list || value instanceof Map || value instanceof Values.View) {
      throw typeError("unhashable type: '" + type(value) + "'");
    }
    if (value instanceof Values.Range range) {
      return 4L + range.size();
    }
    if (value instanceof String text) {
      return 4L + text.length() / 8;
    }
    if (!(value instanceof Values.Tuple tuple)) {
      return 4;
    }
    budget.enter();
    budget.charge(10L + 10L * tuple.items().size());
    long weight = 4;
    for (Object item : tuple.items()) {
      weight += weight(item, budget);
    }
    budget.leave();
    return weight;
  }

  /** The forms that an equal number may have as a key. */
  private static List<Object> twins(Object number) {
    List<Object> twins = new ArrayList<>(List.of(number));
    double real = real(number);
    if (isInteger(number)) {
      twins.add(integer(number));
      if ((long) real == integer(number) && Math.abs(real) < 0x1p63) {
        twins.add(real);
      }
    } else if (real == Math.rint(real) && Math.abs(real) < 0x1p63) {
      twins.add((long) real);
    }
    if (real == 0 || real == 1) {
      twins.add(real == 1);
    }
    if (real == 0) {
      twins.add(0.0);
      twins.add(-0.0);
    }
    return twins;
  }
}
