package io.sapflow.template;

import java.util.ArrayList;
import java.util.List;

/** A path of attributes such as {@code function.name} or {@code 0}; without parts the item. */
record AttributePath(List<Object> parts) {
  static AttributePath of(Object name, Budget budget) {
    Object path = Py.plain(name);
    List<Object> parts = new ArrayList<>();
    if (path instanceof String text) {
      budget.charge(text.length());
      for (String part : text.split("\\.", -1)) {
        parts.add(isIndex(part) ? (Object) Long.valueOf(part) : part);
      }
    } else if (path != null) {
      parts.add(path);
    }
    budget.list(parts.size());
    return new AttributePath(parts);
  }

  private static boolean isIndex(String part) {
    return !part.isEmpty()
        && part.length() <= 9
        && part.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** The value at the path; the fallback, where not null, stands for a part that is undefined. */
  Object in(Object item, Object fallback, Budget budget) {
    Object value = item;
    for (Object part : parts) {
      budget.charge(5);
      value = Members.item(value, part, budget);
      value = value instanceof Undefined && fallback != null ? fallback : value;
    }
    return value;
  }
}
