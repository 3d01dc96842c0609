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
        yield items(sorted(Py.elements(value, budget), sortKeys(bound, budget), reverse, budget));
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
          ? new Values.Generator(pairs(map, budget).iterator())
          : new Values.Generator(List.<Object>of().iterator());
    }
    if (name.equals("reverse") && value instanceof String text) {
      budget.text(text.length());
      budget.charge(text.length() / 4);
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
        budget.list(items.size());
        return new ArrayList<>(items);
      default:
        budget.list(items.size());
        List<Object> reversed = new ArrayList<>(items);
        Collections.reverse(reversed);
        return value instanceof Values.Generator
            ? reversed
            : new Values.Generator(reversed.iterator());
    }
  }

  private static List<Object> pairs(Map<?, ?> map, Budget budget) {
    budget.list(8L * map.size());
    List<Object> pairs = new ArrayList<>();
    map.forEach((key, item) -> pairs.add(Methods.pair(key, item)));
    return pairs;
  }

  /** How an element is looked at for order: by attributes, and without case. */
  private interface Key {
    Object of(Object item);
  }

  private static Key keys(Args.Bound bound, Budget budget) {
    boolean cased = bound.flag("case_sensitive");
    AttributePath path = AttributePath.of(bound.get("attribute", null), budget);
    return item -> folded(path.in(item, null, budget), cased, budget);
  }

  /** What sort looks at: a list, whose parts are first compared for equality. */
  private static Key sortKeys(Args.Bound bound, Budget budget) {
    boolean cased = bound.flag("case_sensitive");
    Object attribute = Py.plain(bound.get("attribute", null));
    List<AttributePath> paths = new ArrayList<>();
    if (attribute instanceof String text) {
      budget.list(text.length());
      for (String path : text.split(",", -1)) {
        paths.add(AttributePath.of(path, budget));
      }
    } else {
      paths.add(AttributePath.of(attribute, budget));
    }
    return item -> {
      budget.list(paths.size());
      List<Object> parts = new ArrayList<>();
      for (AttributePath path : paths) {
        parts.add(folded(path.in(item, null, budget), cased, budget));
      }
      return parts;
    };
  }

  private static Object folded(Object value, boolean cased, Budget budget) {
    if (cased || !(Py.plain(value) instanceof String text)) {
      return value;
    }
    budget.charge(Letters.cost(text));
    budget.text(text.length());
    return Letters.lower(text);
  }

  /** An element with what it is sorted by. */
  private record Sorted(Object key, Object item) {}

  private static List<Sorted> sorted(List<Object> items, Key key, boolean reverse, Budget budget) {
    budget.list(4L * items.size());
    List<Sorted> sorted = new ArrayList<>();
    items.forEach(item -> sorted.add(new Sorted(key.of(item), item)));
    Comparator<Sorted> order = (a, b) -> Py.compare(a.key(), b.key(), "<", budget);
    try {
      sorted.sort(reverse ? order.reversed() : order);
    } catch (IllegalArgumentException e) {
      throw Py.valueError("the elements have no order");
    }
    return sorted;
  }

  private static List<Object> items(List<Sorted> sorted) {
    return new ArrayList<>(sorted.stream().map(Sorted::item).toList());
  }

  private static Object extreme(String name, Object value, Args args, Budget budget) {
    Args.Bound bound = args.bind(name, "case_sensitive", "attribute");
    Key key = keys(bound, budget);
    List<Object> items = Py.elements(value, budget);
    if (items.isEmpty()) {
      return new Undefined("No aggregated item, sequence was empty.");
    }
    boolean least = name.equals("min");
    Object best = items.get(0);
    Object bestKey = key.of(best);
    for (Object item : items.subList(1, items.size())) {
      Object itemKey = key.of(item);
      int order = Py.compare(itemKey, bestKey, least ? "<" : ">", budget);
      if (least ? order < 0 : order > 0) {
        best = item;
        bestKey = itemKey;
      }
    }
    return best;
  }

  private static Object unique(Object value, Args args, Budget budget) {
    Key key = keys(args.bind("unique", "case_sensitive", "attribute"), budget);
    Map<Object, Object> seen = new LinkedHashMap<>();
    List<Object> out = new ArrayList<>();
    for (Object item : Py.elements(value, budget)) {
      Object found = Py.key(seen, key.of(item), budget);
      budget.list(8);
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
    AttributePath path = AttributePath.of(attribute, budget);
    Key key = item -> folded(path.in(item, fallback, budget), cased, budget);
    List<Object> groups = new ArrayList<>();
    List<Object> group = null;
    Object last = null;
    for (Sorted element : sorted(Py.elements(value, budget), key, false, budget)) {
      Object item = element.item();
      if (group == null || !Py.equal(last, element.key(), budget)) {
        budget.list(16);
        group = new ArrayList<>();
        last = element.key();
        List<Object> pair = Methods.pair(path.in(item, fallback, budget), group).items();
        groups.add(new Values.Tuple(pair, List.of("grouper", "list")));
      }
      budget.list(1);
      group.add(item);
    }
    return groups;
  }

  private static String join(Object value, Args.Bound bound, Budget budget) {
    String separator = PyText.str(bound.get("d", ""), budget);
    AttributePath path = AttributePath.of(bound.get("attribute", null), budget);
    BoundedText out = new BoundedText(budget);
    boolean first = true;
    for (Object item : Py.elements(value, budget)) {
      out.append(first ? "" : separator);
      out.append(PyText.str(path.in(item, null, budget), budget));
      first = false;
    }
    return out.toString();
  }

  private static Object sum(Object value, Args.Bound bound, Budget budget) {
    AttributePath path = AttributePath.of(bound.get("attribute", null), budget);
    Object sum = bound.get("start", 0L);
    if (Py.plain(sum) instanceof String) {
      throw Py.typeError("sum() can't sum strings [use ''.join(seq) instead]");
    }
    for (Object item : Py.elements(value, budget)) {
      Object part = path.in(item, null, budget);
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
    if (!"key".equals(by) && !"value".equals(by)) {
      throw new TemplateException("You can only sort by either \"key\" or \"value\"");
    }
    int place = "key".equals(by) ? 0 : 1;
    boolean cased = bound.flag("case_sensitive");
    Key key = pair -> folded(((Values.Tuple) pair).items().get(place), cased, budget);
    return items(sorted(pairs(map, budget), key, bound.integer("reverse", 0) != 0, budget));
  }
}
