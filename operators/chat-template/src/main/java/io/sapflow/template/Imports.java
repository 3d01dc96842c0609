package io.sapflow.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Copies values into the few types that a template can see. */
final class Imports {
  private static final int DEPTH = 100;

  private Imports() {}

  static Object value(Object value, String where, Budget budget) {
    return value(value, where, budget, 0);
  }

  private static Object value(Object value, String where, Budget budget, int depth) {
    budget.list(8);
    if (depth > DEPTH) {
      throw new TemplateException("variable '" + where + "' is nested deeper than " + DEPTH);
    }
    if (value == null || value instanceof Boolean || value instanceof String) {
      return value;
    }
    if (value instanceof Integer || value instanceof Long || value instanceof Short) {
      return ((Number) value).longValue();
    }
    if (value instanceof java.math.BigInteger big && big.bitLength() < 64) {
      return big.longValue();
    }
    if (value instanceof Double
        || value instanceof Float
        || value instanceof java.math.BigDecimal) {
      return ((Number) value).doubleValue();
    }
    if (value instanceof List<?> list) {
      List<Object> copy = new ArrayList<>();
      list.forEach(item -> copy.add(value(item, where, budget, depth + 1)));
      return copy;
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> copy = new LinkedHashMap<>();
      map.forEach(
          (key, item) ->
              copy.put(
                  value(key, where, budget, depth + 1), value(item, where, budget, depth + 1)));
      return copy;
    }
    throw new TemplateException(
        "variable '"
            + where
            + "' holds a "
            + value.getClass().getSimpleName()
            + "; null, Boolean, Number, String, List or Map would be right");
  }
}
