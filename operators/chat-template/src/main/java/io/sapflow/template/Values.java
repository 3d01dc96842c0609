package io.sapflow.template;

import java.util.AbstractList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Values beside None (null), Boolean, Long, Double, String, List, Map and {@link Undefined}: the
 * Python types that a template can tell apart from them.
 */
final class Values {
  private Values() {}

  /** A tuple; names are those of its items where it has some, as a group of groupby has. */
  record Tuple(List<Object> items, List<String> names) {
    Tuple(List<Object> items) {
      this(items, List.of());
    }
  }

  /** A text that counts as HTML: what is added to it is escaped. */
  record Safe(String text) {}

  /** {@code dict.items()} and its like: iterable, with a length, but without an index. */
  record View(String kind, List<Object> items) {}

  /** What lazy filters give: always true, without a length, empty once it has been read. */
  static final class Generator {
    private final Iterator<Object> items;

    Generator(Iterator<Object> items) {
      this.items = items;
    }

    Iterator<Object> items() {
      return items;
    }
  }

  static final class Range extends AbstractList<Object> {
    final long start;
    final long stop;
    final long step;
    private final int size;

    Range(long start, long stop, long step, int size) {
      this.start = start;
      this.stop = stop;
      this.step = step;
      this.size = size;
    }

    /** A range of this one's elements; a position is at most the size and at least -1. */
    Range slice(long from, long to, long by) {
      double count = Math.max(0, Math.ceil(((double) to - from) / by));
      return new Range(start + from * step, start + to * step, step * by, (int) count);
    }

    @Override
    public Object get(int index) {
      return start + index * step;
    }

    @Override
    public int size() {
      return size;
    }
  }

  static final class Namespace {
    final Map<String, Object> members = new LinkedHashMap<>();
  }

  /** Something that can be called. */
  interface Callable {
    Object call(Args arguments, Budget budget);
  }

  record Function(String name, Callable body) implements Callable {
    @Override
    public Object call(Args arguments, Budget budget) {
      return body.call(arguments, budget);
    }
  }

  /** A value's method; equal to none but the same value's. */
  record Method(Object target, String name) implements Callable {
    @Override
    public boolean equals(Object other) {
      return other instanceof Method method && target == method.target && name.equals(method.name);
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(target) ^ name.hashCode();
    }

    @Override
    public Object call(Args arguments, Budget budget) {
      return Methods.call(target, name, arguments, budget);
    }
  }
}
