package io.sapflow.tokens.template;

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

  record Tuple(List<Object> items) {}

  /** {@code dict.items()} and its like: iterable, with a length, but without an index. */
  record View(String kind, List<Object> items) {}

  /** What lazy filters give: always true, without a length, empty once it has been read. */
  static final class Generator {
    private final Iterator<Object> items;

    Generator(List<Object> items) {
      this.items = items.iterator();
    }

    Iterator<Object> items() {
      return items;
    }
  }

  static final class Range extends AbstractList<Object> {
    final long start;
    final long step;
    private final int size;

    Range(long start, long step, int size) {
      this.start = start;
      this.step = step;
      this.size = size;
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

  record Method(Object target, String name) implements Callable {
    @Override
    public Object call(Args arguments, Budget budget) {
      return Methods.call(target, name, arguments, budget);
    }
  }
}
