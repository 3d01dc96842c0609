package io.sapflow.template;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tests that stand after {@code is}. */
final class Tests {
  private static final Map<String, String> COMPARISONS =
      Map.ofEntries(
          Map.entry("eq", "=="),
          Map.entry("equalto", "=="),
          Map.entry("==", "=="),
          Map.entry("ne", "!="),
          Map.entry("!=", "!="),
          Map.entry("lt", "<"),
          Map.entry("<", "<"),
          Map.entry("lessthan", "<"),
          Map.entry("le", "<="),
          Map.entry("<=", "<="),
          Map.entry("gt", ">"),
          Map.entry(">", ">"),
          Map.entry("greaterthan", ">"),
          Map.entry("ge", ">="),
          Map.entry(">=", ">="),
          Map.entry("in", "in"));
  private static final Set<String> PLAIN =
      Set.of(
          "defined",
          "undefined",
          "none",
          "boolean",
          "true",
          "false",
          "integer",
          "float",
          "number",
          "string",
          "mapping",
          "iterable",
          "sequence",
          "callable",
          "lower",
          "upper",
          "odd",
          "even",
          "filter",
          "test",
          "escaped");
  private static final Set<String> WITH_VALUE = Set.of("divisibleby", "sameas");

  private Tests() {}

  static boolean has(String name) {
    return COMPARISONS.containsKey(name) || PLAIN.contains(name) || WITH_VALUE.contains(name);
  }

  static TemplateException unknown(String name) {
    return new TemplateException("unknown test '" + name + "'");
  }

  static boolean apply(String name, Object any, Args arguments, Budget budget) {
    if (!has(name)) {
      throw unknown(name);
    }
    if (name.equals("escaped")) {
      arguments.bind(name);
      return any instanceof Values.Safe;
    }
    Object value = Py.plain(any);
    if (COMPARISONS.containsKey(name)) {
      Object other = arguments.bind(name, "other").need("other");
      return compare(COMPARISONS.get(name), value, other, budget);
    }
    if (name.equals("divisibleby")) {
      Object divisor = arguments.bind(name, "num").need("num");
      return Py.equal(Arithmetic.binary("%", value, divisor, budget), 0L, budget);
    }
    if (name.equals("sameas")) {
      return same(any, arguments.bind(name, "other").need("other"));
    }
    arguments.bind(name);
    if (name.equals("filter") || name.equals("test")) {
      value = Py.key(Map.of(), value, budget);
    }
    return plain(name, value, budget);
  }

  /** Python's {@code is}, where it does not depend on how Python keeps its values. */
  private static boolean same(Object one, Object other) {
    if (isSmall(one) && isSmall(other)) {
      return one.equals(other);
    }
    boolean shared = one instanceof String || one instanceof Long || one instanceof Double;
    if (shared && other != null && one.getClass() == other.getClass()) {
      throw new TemplateException(
          "'sameas' on a " + Py.type(one) + " is not supported; 'eq' would be right");
    }
    return one instanceof Boolean ? one.equals(other) : one == other;
  }

  /** Whole numbers of which Python has one of each. */
  private static boolean isSmall(Object value) {
    return value instanceof Long number && number >= -5 && number <= 256;
  }

  static boolean compare(String operator, Object left, Object right, Budget budget) {
    return switch (operator) {
      case "==" -> Py.equal(left, right, budget);
      case "!=" -> !Py.equal(left, right, budget);
      case "in" -> Py.contains(right, left, budget);
      case "not in" -> !Py.contains(right, left, budget);
      case "<" -> Py.compare(left, right, operator, budget) < 0;
      case "<=" -> Py.compare(left, right, operator, budget) <= 0;
      case ">" -> Py.compare(left, right, operator, budget) > 0;
      default -> Py.compare(left, right, operator, budget) >= 0;
    };
  }

  private static boolean plain(String name, Object value, Budget budget) {
    return switch (name) {
      case "defined" -> !(value instanceof Undefined);
      case "undefined" -> value instanceof Undefined;
      case "none" -> value == null;
      case "boolean" -> value instanceof Boolean;
      case "true" -> Boolean.TRUE.equals(value);
      case "false" -> Boolean.FALSE.equals(value);
      case "integer" -> value instanceof Long;
      case "float" -> value instanceof Double;
      case "number" -> Py.isNumber(value);
      case "string" -> value instanceof String;
      case "mapping" -> value instanceof Map;
      case "iterable" -> Py.isIterable(value) || value instanceof Loop;
      case "sequence" ->
          value instanceof String
              || value instanceof List
              || value instanceof Map
              || value instanceof Values.Tuple
              || value instanceof Undefined;
      case "callable" -> value instanceof Values.Callable || value instanceof Undefined;
      case "odd" -> Py.equal(Arithmetic.binary("%", value, 2L, budget), 1L, budget);
      case "even" -> Py.equal(Arithmetic.binary("%", value, 2L, budget), 0L, budget);
      case "lower", "upper" -> {
        String text = PyText.str(value, budget);
        budget.charge(Letters.cost(text));
        yield Letters.is("is" + name, text);
      }
      case "filter" -> value instanceof String filter && Filters.isName(filter);
      case "test" -> value instanceof String test && has(test);
      default -> false;
    };
  }
}
