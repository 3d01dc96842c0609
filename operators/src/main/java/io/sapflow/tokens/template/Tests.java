package io.sapflow.tokens.template;

import java.util.List;
import java.util.Locale;
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

  static boolean apply(String name, Object value, Args arguments, Budget budget) {
    if (!has(name)) {
      throw new TemplateException("unknown test '" + name + "'");
    }
    if (COMPARISONS.containsKey(name)) {
      Object other = arguments.bind(name, "other").need("other");
      return compare(COMPARISONS.get(name), value, other, budget);
    }
    if (name.equals("divisibleby")) {
      Object divisor = arguments.bind(name, "num").need("num");
      return Py.equal(Arithmetic.binary("%", value, divisor, budget), 0L);
    }
    if (name.equals("sameas")) {
      Object other = arguments.bind(name, "other").need("other");
      boolean plain = value == null || value instanceof Boolean || other == null;
      return plain ? java.util.Objects.equals(value, other) : value == other;
    }
    arguments.bind(name);
    return plain(name, value, budget);
  }

  static boolean compare(String operator, Object left, Object right, Budget budget) {
    return switch (operator) {
      case "==" -> Py.equal(left, right);
      case "!=" -> !Py.equal(left, right);
      case "in" -> Py.contains(right, left, budget);
      case "not in" -> !Py.contains(right, left, budget);
      case "<" -> Py.compare(left, right, operator) < 0;
      case "<=" -> Py.compare(left, right, operator) <= 0;
      case ">" -> Py.compare(left, right, operator) > 0;
      default -> Py.compare(left, right, operator) >= 0;
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
      case "odd" -> Py.equal(Arithmetic.binary("%", value, 2L, budget), 1L);
      case "even" -> Py.equal(Arithmetic.binary("%", value, 2L, budget), 0L);
      case "lower", "upper" -> {
        String text = PyText.str(value);
        String other =
            name.equals("lower") ? text.toLowerCase(Locale.ROOT) : text.toUpperCase(Locale.ROOT);
        yield text.equals(other)
            && !text.toLowerCase(Locale.ROOT).equals(text.toUpperCase(Locale.ROOT));
      }
      case "filter" -> value instanceof String filter && Filters.has(filter);
      case "test" -> value instanceof String test && has(test);
      default -> false;
    };
  }
}
