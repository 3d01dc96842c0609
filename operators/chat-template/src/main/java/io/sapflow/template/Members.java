package io.sapflow.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Attributes, items and slices, looked up in jinja2's order inside its immutable sandbox. */
final class Members {
  private Members() {}

  /** {@code target.name}: methods first, then keys. */
  static Object attribute(Object target, String name, Budget budget) {
    budget.charge(4);
    if (target instanceof Values.Namespace namespace && namespace.members.containsKey(name)) {
      return namespace.members.get(name);
    }
    if (target instanceof Loop loop) {
      return loop.member(name, budget);
    }
    Object found = own(target, name);
    if (found != null) {
      return found;
    }
    if (target instanceof Map<?, ?> map && map.containsKey(name)) {
      return map.get(name);
    }
    return Undefined.member(target, name, budget);
  }

  /** {@code target[key]}: keys first, then methods. */
  static Object item(Object target, Object key, Budget budget) {
    budget.charge(4);
    if (target instanceof Undefined undefined) {
      throw undefined.fail();
    }
    if (target instanceof Values.Safe safe) {
      return safe(item(safe.text(), key, budget));
    }
    if (target instanceof Map<?, ?> map && !(key instanceof List || key instanceof Map)) {
      Object found = Py.key(map, key, budget);
      if (map.containsKey(found)) {
        return map.get(found);
      }
    }
    if ((target instanceof Values.Namespace || target instanceof Loop)
        && Py.plain(key) instanceof String name) {
      return attribute(target, name, budget);
    }
    if (Py.isInteger(key)) {
      List<Object> items = indexed(target);
      long index = Py.integer(key);
      if (target instanceof String text) {
        budget.scan(text.length());
        long length = text.codePointCount(0, text.length());
        index = index < 0 ? index + length : index;
        if (index >= 0 && index < length) {
          int at = offset(text, index, length, budget);
          return Character.toString(text.codePointAt(at));
        }
      } else if (items != null) {
        index = index < 0 ? index + items.size() : index;
        if (index >= 0 && index < items.size()) {
          return items.get((int) index);
        }
      }
    }
    Object found = Py.plain(key) instanceof String name ? own(target, name) : null;
    return found == null ? Undefined.member(target, key, budget) : found;
  }

  private static Object safe(Object value) {
    return value instanceof String text ? new Values.Safe(text) : value;
  }

  /** What the object itself has under a name, or null. */
  private static Object own(Object target, String name) {
    if (target instanceof Undefined undefined) {
      throw undefined.fail();
    }
    if ((name.startsWith("__") && name.endsWith("__")) || Methods.mutates(target, name)) {
      return Undefined.unsafe(target, name);
    }
    if (target instanceof Values.Tuple tuple && tuple.names().contains(name)) {
      return tuple.items().get(tuple.names().indexOf(name));
    }
    Methods.checkKnown(target, name);
    return Methods.has(target, name) ? new Values.Method(target, name) : null;
  }

  @SuppressWarnings("unchecked")
  private static List<Object> indexed(Object target) {
    return target instanceof List<?> list
        ? (List<Object>) list
        : target instanceof Values.Tuple tuple ? tuple.items() : null;
  }

  /** Where a code point stands, in UTF-16 units. */
  private static int offset(String text, long point, long points, Budget budget) {
    if (points == text.length()) {
      return (int) point;
    }
    budget.charge(1 + point / 4);
    return text.offsetByCodePoints(0, (int) point);
  }

  static Object slice(Object target, Object first, Object last, Object step, Budget budget) {
    if (target instanceof Undefined undefined) {
      throw undefined.fail();
    }
    if (target instanceof Values.Safe safe) {
      return safe(slice(safe.text(), first, last, step, budget));
    }
    boolean tuple = target instanceof Values.Tuple;
    if (!tuple && !(target instanceof String) && !(target instanceof List)) {
      throw Py.typeError("'" + Py.type(target) + "' object cannot be sliced");
    }
    long by = step == null ? 1 : Py.index(step);
    if (by == 0) {
      throw Py.valueError("slice step cannot be zero");
    }
    long size = Py.length(target, budget);
    long low = by > 0 ? 0 : -1;
    long high = by > 0 ? size : size - 1;
    long from = bound(first, size, low, high, by > 0 ? low : high);
    long to = bound(last, size, low, high, by > 0 ? high : low);
    if (target instanceof Values.Range range) {
      return range.slice(from, to, by);
    }
    if (target instanceof String text && by == 1) {
      int start = offset(text, from, size, budget);
      int end = offset(text, Math.max(from, to), size, budget);
      budget.text(end - start);
      return text.substring(start, end);
    }
    List<Object> items = Py.elements(target, budget);
    budget.list(items.size());
    List<Object> part = new ArrayList<>();
    for (long i = from; by > 0 ? i < to : i > to; i += by) {
      part.add(items.get((int) i));
      if (Math.abs(by) > size) {
        break;
      }
    }
    if (target instanceof String) {
      BoundedText text = new BoundedText(budget);
      part.forEach(character -> text.append((String) character));
      return text.toString();
    }
    return tuple ? new Values.Tuple(part) : part;
  }

  private static long bound(Object value, long size, long low, long high, long open) {
    if (value == null) {
      return open;
    }
    if (value instanceof Undefined || !Py.isInteger(value)) {
      throw Py.typeError("slice indices must be integers or None or have an __index__ method");
    }
    long index = Py.integer(value);
    return Math.min(high, Math.max(low, index < 0 ? index + size : index));
  }
}
