package io.sapflow.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The arguments of one call. */
record Args(List<Object> positional, Map<String, Object> named) {
  /** Puts the arguments in the order of the parameters; names the function in errors. */
  Bound bind(String function, String... parameters) {
    if (positional.size() > parameters.length) {
      throw Py.typeError(
          function
              + "() takes at most "
              + parameters.length
              + " arguments, found "
              + positional.size());
    }
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < positional.size(); i++) {
      values.put(parameters[i], positional.get(i));
    }
    for (Map.Entry<String, Object> entry : named.entrySet()) {
      if (!List.of(parameters).contains(entry.getKey())) {
        throw Py.typeError(
            function + "() got an unexpected keyword argument '" + entry.getKey() + "'");
      }
      if (values.containsKey(entry.getKey())) {
        throw Py.typeError(function + "() got two values for argument '" + entry.getKey() + "'");
      }
      values.put(entry.getKey(), entry.getValue());
    }
    return new Bound(function, values);
  }

  /** The same arguments without the first positional ones. */
  Args from(int first) {
    return new Args(new ArrayList<>(positional.subList(first, positional.size())), named);
  }

  static Args of(Object... values) {
    List<Object> list = new ArrayList<>();
    for (Object value : values) {
      list.add(value);
    }
    return new Args(list, Map.of());
  }

  /** Arguments by parameter. */
  record Bound(String function, Map<String, Object> values) {
    boolean has(String name) {
      return values.containsKey(name);
    }

    Object need(String name) {
      if (!has(name)) {
        throw Py.typeError(function + "() needs the argument '" + name + "'");
      }
      return values.get(name);
    }

    Object get(String name, Object fallback) {
      return has(name) ? values.get(name) : fallback;
    }

    boolean flag(String name) {
      return Py.truth(get(name, false));
    }

    long integer(String name, long fallback) {
      return has(name) ? Py.index(values.get(name)) : fallback;
    }

    String text(String name) {
      return Py.string(need(name), function);
    }

    /** A text, or null for None or nothing. */
    String textOrNull(String name) {
      Object value = get(name, null);
      return value == null ? null : Py.string(value, function);
    }
  }
}
