package io.sapflow.tokens.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The methods that values have; those that would change a value are not reachable. */
final class Methods {
  private static final Set<String> DICT = Set.of("items", "keys", "values", "get", "copy");
  private static final Set<String> LIST = Set.of("index", "count", "copy");
  private static final Set<String> DICT_CHANGES =
      Set.of("clear", "pop", "popitem", "setdefault", "update");
  private static final Set<String> LIST_CHANGES =
      Set.of("append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove");

  private Methods() {}

  static boolean has(Object target, String name) {
    if (target instanceof String) {
      return StringMethods.NAMES.contains(name);
    }
    if (target instanceof Map) {
      return DICT.contains(name);
    }
    if (target instanceof Values.Tuple || target instanceof Values.Range) {
      return name.equals("index") || name.equals("count");
    }
    return target instanceof List && LIST.contains(name);
  }

  static boolean mutates(Object target, String name) {
    return (target instanceof Map && DICT_CHANGES.contains(name))
        || (target instanceof List
            && !(target instanceof Values.Range)
            && LIST_CHANGES.contains(name));
  }

  static Object call(Object target, String name, Args arguments, Budget budget) {
    if (target instanceof String text) {
      return StringMethods.call(text, name, arguments, budget);
    }
    if (target instanceof Map<?, ?> map) {
      return dict(map, name, arguments, budget);
    }
    return list(target, name, arguments, budget);
  }

  private static Object dict(Map<?, ?> map, String name, Args arguments, Budget budget) {
    budget.charge(map.size());
    if (name.equals("get")) {
      Args.Bound bound = arguments.bind("get", "key", "default");
      Object key = Py.key(bound.need("key"));
      return map.containsKey(key) ? map.get(key) : bound.get("default", null);
    }
    arguments.bind(name);
    if (name.equals("copy")) {
      return map;
    }
    List<Object> items = new ArrayList<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      items.add(
          switch (name) {
            case "keys" -> entry.getKey();
            case "values" -> entry.getValue();
            default -> pair(entry.getKey(), entry.getValue());
          });
    }
    return new Values.View("dict_" + name, items);
  }

  static Values.Tuple pair(Object first, Object second) {
    List<Object> items = new ArrayList<>();
    items.add(first);
    items.add(second);
    return new Values.Tuple(items);
  }

  private static Object list(Object target, String name, Args arguments, Budget budget) {
    List<Object> items = Py.elements(target, budget);
    if (name.equals("copy")) {
      arguments.bind(name);
      return target;
    }
    Object wanted = arguments.bind(name, "value").need("value");
    long count = items.stream().filter(item -> Py.equal(item, wanted)).count();
    if (name.equals("count")) {
      return count;
    }
    for (int i = 0; i < items.size(); i++) {
      if (Py.equal(items.get(i), wanted)) {
        return (long) i;
      }
    }
    throw Py.valueError(PyText.repr(wanted) + " is not in list");
  }
}
