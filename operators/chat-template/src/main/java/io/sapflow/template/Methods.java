package io.sapflow.template;

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

  /** What Python's values have beside these. */
  private static final Map<String, Set<String>> UNSUPPORTED =
      Map.of(
          "str",
          Set.of("encode", "expandtabs", "format_map", "isidentifier", "maketrans", "translate"),
          "dict",
          Set.of("fromkeys"),
          "int",
          Set.of(
              "as_integer_ratio",
              "bit_count",
              "bit_length",
              "conjugate",
              "denominator",
              "from_bytes",
              "imag",
              "numerator",
              "real",
              "to_bytes"),
          "float",
          Set.of("as_integer_ratio", "conjugate", "fromhex", "hex", "imag", "is_integer", "real"),
          "range",
          Set.of("start", "stop", "step"));

  /** Methods that take their arguments by name; Python's others do not. */
  private static final Set<String> NAMED = Set.of("split", "rsplit", "splitlines", "format");

  private Methods() {}

  /** Refuses a member that Python's value has and this one lacks. */
  static void checkKnown(Object target, String name) {
    String type = target instanceof Boolean ? "int" : Py.type(Py.plain(target));
    boolean callable = target instanceof Values.Function;
    boolean view = target instanceof Values.View && Set.of("isdisjoint", "mapping").contains(name);
    if (callable || view || UNSUPPORTED.getOrDefault(type, Set.of()).contains(name)) {
      throw new TemplateException("'" + name + "' of a " + type + " is not supported");
    }
  }

  static boolean has(Object any, String name) {
    Object target = Py.plain(any);
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
    if (!arguments.named().isEmpty() && !NAMED.contains(name)) {
      throw Py.typeError(Py.type(target) + "." + name + "() takes no keyword arguments");
    }
    if (target instanceof Values.Safe safe) {
      return SafeText.call(safe, name, arguments, budget);
    }
    if (target instanceof String text) {
      return StringMethods.call(text, name, arguments, budget);
    }
    if (target instanceof Map<?, ?> map) {
      return dict(map, name, arguments, budget);
    }
    return list(target, name, arguments, budget);
  }

  private static Object dict(Map<?, ?> map, String name, Args arguments, Budget budget) {
    if (name.equals("get")) {
      Args.Bound bound = arguments.bind("get", "key", "default");
      Object key = Py.key(map, bound.need("key"), budget);
      return map.containsKey(key) ? map.get(key) : bound.get("default", null);
    }
    arguments.bind(name);
    if (name.equals("copy")) {
      return map;
    }
    budget.list(map.size());
    budget.list(8L * map.size());
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
    long count = items.stream().filter(item -> Py.equal(item, wanted, budget)).count();
    if (name.equals("count")) {
      return count;
    }
    for (int i = 0; i < items.size(); i++) {
      if (Py.equal(items.get(i), wanted, budget)) {
        return (long) i;
      }
    }
    throw Py.valueError(PyText.repr(wanted, budget) + " is not in list");
  }
}
