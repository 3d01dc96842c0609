package io.sapflow.template;

import java.util.List;

/** The {@code loop} variable. */
final class Loop {
  private final List<Object> items;
  private int index;
  private Object seen;
  private boolean seenAny;

  Loop(List<Object> items) {
    this.items = items;
  }

  void at(int position) {
    index = position;
  }

  int length() {
    return items.size();
  }

  /** A member, or {@link Undefined}. */
  Object member(String name, Budget budget) {
    return switch (name) {
      case "index" -> (Object) (index + 1L);
      case "index0" -> (long) index;
      case "revindex" -> (long) items.size() - index;
      case "revindex0" -> (long) items.size() - index - 1;
      case "first" -> index == 0;
      case "last" -> index == items.size() - 1;
      case "length" -> (long) items.size();
      case "depth" -> 1L;
      case "depth0" -> 0L;
      case "previtem" ->
          index > 0 ? items.get(index - 1) : new Undefined("there is no previous item");
      case "nextitem" ->
          index + 1 < items.size() ? items.get(index + 1) : new Undefined("there is no next item");
      case "cycle" -> new Values.Function("cycle", (a, b) -> cycle(a));
      case "changed" -> new Values.Function("changed", this::changed);
      default -> Undefined.member(this, name, budget);
    };
  }

  private Object cycle(Args arguments) {
    if (arguments.positional().isEmpty()) {
      throw Py.typeError("no items for cycling given");
    }
    return arguments.positional().get(index % arguments.positional().size());
  }

  private Object changed(Args arguments, Budget budget) {
    Object now = new Values.Tuple(arguments.positional());
    boolean changed = !seenAny || !Py.equal(seen, now, budget);
    seen = now;
    seenAny = true;
    return changed;
  }
}
