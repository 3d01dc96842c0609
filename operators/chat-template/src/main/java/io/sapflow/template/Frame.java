package io.sapflow.template;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The names that one block of a template reads and sets itself, in order.
 *
 * <p>As in jinja2, a name that a block sets before it reads it, and not inside an if, belongs to
 * the block from its start: what blocks inside it read before that is undefined, even if a variable
 * of that name was given. Where a block around it has the name, that one shows through.
 */
final class Frame {
  private static final Set<String> SPECIAL = Set.of("caller", "varargs", "kwargs");

  private final Frame outer;
  private final Set<String> known = new HashSet<>();
  private final Set<String> special = new HashSet<>();
  private final List<String> own = new ArrayList<>();
  private final List<String> hidden = new ArrayList<>();
  private int conditions;

  Frame(Frame outer) {
    this.outer = outer;
  }

  void read(String name) {
    known.add(name);
    for (Frame block = this; block != null && SPECIAL.contains(name); block = block.outer) {
      block.special.add(name);
    }
  }

  void set(String name) {
    if (known.add(name) && conditions == 0) {
      own.add(name);
    }
  }

  /** Enters (1) or leaves (-1) an if. */
  void condition(int step) {
    conditions += step;
  }

  /** Which of caller, varargs and kwargs this block, or one inside it, reads. */
  Set<String> special() {
    return special;
  }

  /** Works out the names that are undefined at the start; for when the whole template is read. */
  void close() {
    for (String name : own) {
      boolean outside = false;
      for (Frame frame = outer; frame != null; frame = frame.outer) {
        outside |= frame.known.contains(name);
      }
      if (!outside) {
        hidden.add(name);
      }
    }
  }

  List<String> hidden() {
    return hidden;
  }
}
