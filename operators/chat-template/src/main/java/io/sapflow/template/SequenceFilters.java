package io.sapflow.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The filters on sequences. */
final class SequenceFilters {
  static final Set<String> NAMES =
      Set.of(
          "dictsort",
          "first",
          "groupby",
          "items",
          "join",
          "last",
          "list",
          "map",
          "max",
          "min",
          "reject",
          "rejectattr",
          "reverse",
          "select",
          "selectattr",
          "sort",
          "sum",
          "unique");

  private SequenceFilters() {}

  static Object apply(String name, Object value, Args args, Budget budget) {
    return switch (name) {
      case "map", "select", "reject", "selectattr", "rejectattr" ->
          new Values.Generator(new LazyFilter(name, value, args, budget));
      case "sort" -> {
        Args.Bound bound = args.bind(name, "reverse", "case_sensitive", "attribute");
        boolean reverse = bound.integer("reverse", 0) != 0;
        yield sorted(Py.elements(value, budget), sortKeys(bound, budget), reverse, budget);
      }
      case "min", "max" -> extreme(name, value, args, budget);
      case "unique" -> unique(value, args, budget);
      case "groupby" -> groupBy(value, args, budget);
      case "join" -> join(value, args.bind(name, "d", "attribute"), budget);
      case "sum" -> sum(value, args.bind(name, "attribute", "start"), budget);
      case "dictsort" -> dictSort(value, args, budget);
      default -> {
        args.bind(name);
        yield plain(name, value, budget);
      }
    };
  }

  private static Object plain(String name, Object value, Budget budget) {
    if (name.equals("items")) {
      if (!(value instanceof Map) && !(value instanceof Undefined)) {
        throw Py.typeError("Can only get item pairs from a mapping.");
      }
      return value instanceof Map<?, ?> map
          ? new Values.Generator(pairs(map).iterator())
          : new Values.Generator(List.<Object>of().iterator());
    }
    if (name.equals("reverse") && value instanceof String text) {
      return new StringBuilder(text).reverse().toString();
    }
    if (value instanceof Values.Generator generator) {
      if (name.equals("last")) {
        throw Py.typeError("'generator' object is not reversible");
      }
      if (name.equals("first") && generator.items().hasNext()) {
        return generator.items().next();
      }
    }
    List<Object> items = Py.elements(value, budget);
    switch (name) {
      case "first":
        return items.isEmpty() ? new Undefined("No first item, sequence was empty.") : items.get(0);
      case "last":
        return items.isEmpty()
            ? new Undefined("No last item, sequence was empty.")
            : items.get(items.size() - 1);
      case "list":
        return new ArrayList<>(items);
      default:
        List<Object> reversed = new ArrayList<>(items);
        Collections.reverse(reversed);
        return value instanceof Values.Generator
            ? reversed
            : new Values.Generator(reversed.iterator());
    }
  }

  private static List<Object> pairs(Map<?, ?> map) {
    List<Object> pairs = new ArrayList<>();
    map.forEach((key, item) -> pairs.add(Methods.pair(key, item)));
    return pairs;
  }

  /** The value at a path of attributes such as {@code function.name} or {@code 0}. */
  static Object path(Object item, Object name, Object fallback) {
    Object value = item;
    Object path = Py.plain(name);
    if (path == null) {
      return item;
    }
    List<Object> parts = new ArrayList<>();
    if (path instanceof String text) {
      for (String part : text.split("\\.", -1)) {
        parts.add(part.matches("\\d{1,9}") ? (Object) Long.valueOf(part) : part);
      }
    } else {
      parts.add(path);
    }
    for (Object part : parts) {
      value = Members.item(value, part);
      value = value instanceof Undefined && fallback != null ? fallback : value;
    }
    return value;
  }

  /** How an element is looked at for order: by attributes, and without case. */
  private interface Key {
    Object of(Object item);
  }

  private static Key keys(Args.Bound bound, Budget budget) {
    boolean cased = bound.flag("case_sensitive");
    Object attribute = bound.get("attribute", null);
    return item -> {
      budget.charge(1);
      return folded(path(item, attribute, null), cased);
    };
  }

  /** What sort looks at: a list, whose parts are first compared for equality. */
  private static Key sortKeys(Args.Bound bound, Budget budget) {
    boolean cased = bound.flag("case_sensitive");
    Object attribute = Py.plain(bound.get("attribute", null));
    List<Object> paths = new ArrayList<>();
    if (attribute instanceof String text) {
      paths.addAll(List.of(text.split(",", -1)));
    } else {
      paths.add(attribute);
    }
    return item -> {
      List<Object> parts = new ArrayList<>();
      for (Object path : paths) {
        budget.charge(1);
        parts.add(folded(path(item, path, null), cased));
      }
      return parts;
    };
  }

  private static Object folded(Object value, boolean cased) {
    return !cased && Py.plain(value) instanceof String text ? Letters.lower(text) : value;
  }

  private static List<Object> sorted(List<Object> items, Key key, boolean reverse, Budget budget) {
    budget.charge(items.size() * 20L);
    List<Object> sorted = new ArrayList<>(items);
    Comparator<Object> order = (a, b) -> Py.compare(key.of(a), key.of(b), "<");
    try {
      sorted.sort(reverse ? order.reversed() : order);
    } catch (IllegalArgumentException e) {
      throw Py.valueError("the elements have no order");
    }
    return sorted;
  }

  private static Object extreme(String name, Object value, Args args, Budget budget) {
    Args.Bound bound = args.bind(name, "case_sensitive", "attribute");
    Key key = keys(bound, budget);
    List<Object> items = Py.elements(value, budget);
    if (items.isEmpty()) {
      return new Undefined("No aggregated item, sequence was empty.");
    }
    Object best = items.get(0);
    for (Object item : items.subList(1, items.size())) {
      int order = Py.compare(key.of(item), key.of(best), name.equals("min") ? "<" : ">");
      best = (name.equals("min") ? order < 0 : order > 0) ? item : best;
    }
    return best;
  }

  private static Object unique(Object value, Args args, Budget budget) {
    Key key = keys(args.bind("unique", "case_sensitive", "attribute"), budget);
    Map<Object, Object> seen = new LinkedHashMap<>();
    List<Object> out = new ArrayList<>();
    for (Object item : Py.elements(value, budget)) {
      Object found = Py.key(seen, key.of(item));
      if (!seen.containsKey(found)) {
        seen.put(found, item);
        out.add(item);
      }
    }
    return new Values.Generator(out.iterator());
  }

  private static Object groupBy(Object value, Args args, Budget budget) {
    Args.Bound bound = args.bind("groupby", "attribute", "default", "case_sensitive");
    Object attribute = bound.need("attribute");
    Object fallback = bound.get("default", null);
    boolean cased = bound.flag("case_sensitive");
    Key key = item -> folded(path(item, attribute, fallback), cased);
    List<Object> groups = new ArrayList<>();
    List<Object> group = null;
    Object last = null;
    for (Object item : sorted(Py.elements(value, budget), key, false, budget)) {
      if (group == null || !Py.equal(last, key.of(item))) {
        group = new ArrayList<>();
        last = key.of(item);
        List<Object> pair = Methods.pair(path(item, attribute, fallback), group).items();
        groups.add(new Values.Tuple(pair, List.of("grouper", "list")));
      }
      group.add(item);
    }
    return groups;
  }

  private static String join(Object value, Args.Bound bound, Budget budget) {
    String separator = PyText.str(bound.get("d", ""));
    Object attribute = bound.get("attribute", null);
    StringBuilder out = new StringBuilder();
    boolean first = true;
    for (Object item : Py.elements(value, budget)) {
      out.append(first ? "" : separator);
      out.append(PyText.str(path(item, attribute, null)));
      budget.charge(separator.length() + 1L);
      first = false;
    }
    return budget.text(out.toString());
  }

  private static Object sum(Object value, Args.Bound bound, Budget budget) {
    Object attribute = bound.get("attribute", null);
    Object sum = bound.get("start", 0L);
    if (Py.plain(sum) instanceof String) {
      throw Py.typeError("sum() can't sum strings [use ''.join(seq) instead]");
    }
    for (Object item : Py.elements(value, budget)) {
      Object part = path(item, attribute, null);
      sum = Arithmetic.binary("+", sum, part, budget);
    }
    return sum;
  }

  private static Object dictSort(Object value, Args args, Budget budget) {
    Args.Bound bound = args.bind("dictsort", "case_sensitive", "by", "reverse");
    if (!(value instanceof Map<?, ?> map)) {
      throw Py.typeError("dictsort needs a mapping, found " + Py.type(value));
    }
    Object by = bound.get("by", "key");
    if (!by.equals("key") && !by.equals("value")) {
      throw new TemplateException("You can only sort by either \"key\" or \"value\"");
    }
    int place = by.equals("key") ? 0 : 1;
    boolean cased = bound.flag("case_sensitive");
    Key key = pair -> folded(((Values.Tuple) pair).items().get(place), cased);
    return sorted(pairs(map), key, bound.integer("reverse", 0) != 0, budget);
  }
}
