package io.sapflow.tokens.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
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
      case "map" -> map(value, args, budget);
      case "select", "reject" -> choose(value, args, name.equals("select"), false, budget);
      case "selectattr", "rejectattr" ->
          choose(value, args, name.equals("selectattr"), true, budget);
      case "sort" -> {
        Args.Bound bound = args.bind(name, "reverse", "case_sensitive", "attribute");
        yield sorted(
            Py.elements(value, budget), keys(bound, budget), bound.flag("reverse"), budget);
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
          ? new Values.Generator(pairs(map))
          : new Values.Generator(List.of());
    }
    if (name.equals("reverse") && value instanceof String text) {
      return new StringBuilder(text).reverse().toString();
    }
    if (name.equals("last") && value instanceof Values.Generator) {
      throw Py.typeError("'generator' object is not reversible");
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
        return new Values.Generator(reversed);
    }
  }

  private static List<Object> pairs(Map<?, ?> map) {
    List<Object> pairs = new ArrayList<>();
    map.forEach((key, item) -> pairs.add(Methods.pair(key, item)));
    return pairs;
  }

  /** The value at a path of attributes such as {@code function.name} or {@code 0}. */
  private static Object path(Object item, Object path, Object fallback) {
    Object value = item;
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

  private static Object map(Object value, Args args, Budget budget) {
    List<Object> out = new ArrayList<>();
    if (args.positional().isEmpty() && args.named().containsKey("attribute")) {
      for (String name : args.named().keySet()) {
        if (!name.equals("attribute") && !name.equals("default")) {
          throw new TemplateException("Unexpected keyword argument '" + name + "' of map");
        }
      }
      Object fallback = Filters.option(args.named(), "default", null);
      for (Object item : Py.elements(value, budget)) {
        out.add(path(item, args.named().get("attribute"), fallback));
      }
      return new Values.Generator(out);
    }
    if (args.positional().isEmpty()) {
      throw new TemplateException("map requires a filter argument");
    }
    String filter = Py.string(args.positional().get(0), "map");
    if (!Filters.has(filter)) {
      throw new TemplateException("unknown filter '" + filter + "'");
    }
    for (Object item : Py.elements(value, budget)) {
      out.add(Filters.apply(filter, item, args.from(1), budget));
    }
    return new Values.Generator(out);
  }

  private static Object choose(
      Object value, Args args, boolean wanted, boolean attribute, Budget budget) {
    int skipped = attribute ? 1 : 0;
    if (args.positional().size() < skipped) {
      throw new TemplateException("Missing parameter for attribute name");
    }
    Object path = attribute ? args.positional().get(0) : null;
    boolean tested = args.positional().size() > skipped;
    List<Object> out = new ArrayList<>();
    for (Object item : Py.elements(value, budget)) {
      Object target = attribute ? path(item, path, null) : item;
      boolean kept =
          tested
              ? Tests.apply(
                  Py.string(args.positional().get(skipped), "select"),
                  target,
                  args.from(skipped + 1),
                  budget)
              : Py.truth(target);
      if (kept == wanted) {
        out.add(item);
      }
    }
    return new Values.Generator(out);
  }

  /** How an element is looked at for order: by attributes, and without case. */
  private interface Key {
    Object of(Object item);
  }

  private static Key keys(Args.Bound bound, Budget budget) {
    boolean cased = bound.flag("case_sensitive");
    Object attribute = bound.get("attribute", null);
    if (attribute instanceof String text && text.contains(",")) {
      String[] paths = text.split(",");
      return item -> {
        List<Object> parts = new ArrayList<>();
        for (String path : paths) {
          parts.add(folded(path(item, path, null), cased));
        }
        return parts;
      };
    }
    return item -> {
      budget.charge(1);
      return folded(attribute == null ? item : path(item, attribute, null), cased);
    };
  }

  private static Object folded(Object value, boolean cased) {
    return !cased && value instanceof String text ? text.toLowerCase(Locale.ROOT) : value;
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
    for (Object item : items) {
      int order = Py.compare(key.of(item), key.of(best), name.equals("min") ? "<" : ">");
      best = (name.equals("min") ? order < 0 : order > 0) ? item : best;
    }
    return best;
  }

  private static Object unique(Object value, Args args, Budget budget) {
    Key key = keys(args.bind("unique", "case_sensitive", "attribute"), budget);
    Set<Object> seen = new HashSet<>();
    List<Object> out = new ArrayList<>();
    for (Object item : Py.elements(value, budget)) {
      if (seen.add(Py.key(key.of(item)))) {
        out.add(item);
      }
    }
    return new Values.Generator(out);
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
        groups.add(Methods.pair(path(item, attribute, fallback), group));
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
      out.append(PyText.str(attribute == null ? item : path(item, attribute, null)));
      budget.charge(separator.length() + 1L);
      first = false;
    }
    return budget.text(out.toString());
  }

  private static Object sum(Object value, Args.Bound bound, Budget budget) {
    Object attribute = bound.get("attribute", null);
    Object sum = bound.get("start", 0L);
    for (Object item : Py.elements(value, budget)) {
      Object part = attribute == null ? item : path(item, attribute, null);
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
    return sorted(pairs(map), key, bound.flag("reverse"), budget);
  }
}
