package io.sapflow.template;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * What map, select, reject, selectattr and rejectattr give: nothing is looked at before an element
 * is asked for, and a value that is false has no elements.
 */
final class LazyFilter implements Iterator<Object> {
  private static final Object LEFT_OUT = new Object();

  /** What becomes of an element. */
  private interface Step {
    Object of(Object item);
  }

  private final String name;
  private final Object value;
  private final Args args;
  private final Budget budget;
  private Iterator<Object> items;
  private Step step;
  private Object next = LEFT_OUT;

  LazyFilter(String name, Object value, Args args, Budget budget) {
    this.name = name;
    this.value = value;
    this.args = args;
    this.budget = budget;
  }

  @Override
  public boolean hasNext() {
    budget.enter(); // a generator may read another, and so on
    if (items == null) {
      boolean any = Py.truth(value);
      step = !any ? null : name.equals("map") ? change() : choice();
      items = any ? Py.iterator(value, budget) : List.<Object>of().iterator();
    }
    while (next == LEFT_OUT && items.hasNext()) {
      budget.charge(5);
      next = step.of(items.next());
    }
    budget.leave();
    return next != LEFT_OUT;
  }

  @Override
  public Object next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Object found = next;
    next = LEFT_OUT;
    return found;
  }

  private Step change() {
    if (args.positional().isEmpty() && args.named().containsKey("attribute")) {
      for (String option : args.named().keySet()) {
        if (!option.equals("attribute") && !option.equals("default")) {
          throw new TemplateException("Unexpected keyword argument '" + option + "' of map");
        }
      }
      Object fallback = args.named().get("default");
      AttributePath path = AttributePath.of(args.named().get("attribute"), budget);
      return item -> path.in(item, fallback, budget);
    }
    if (args.positional().isEmpty()) {
      throw new TemplateException("map requires a filter argument");
    }
    String filter = Py.string(args.positional().get(0), name);
    if (!Filters.has(filter)) {
      throw Filters.unknown(filter);
    }
    Args rest = args.from(1);
    return item -> Filters.apply(filter, item, rest, budget);
  }

  private Step choice() {
    boolean attribute = name.endsWith("attr");
    boolean wanted = name.startsWith("select");
    int skipped = attribute ? 1 : 0;
    if (args.positional().size() < skipped) {
      throw new TemplateException("Missing parameter for attribute name");
    }
    AttributePath path = AttributePath.of(attribute ? args.positional().get(0) : null, budget);
    boolean tested = args.positional().size() > skipped;
    String test = tested ? Py.string(args.positional().get(skipped), name) : null;
    if (tested && !Tests.has(test)) {
      throw Tests.unknown(test);
    }
    Args rest = tested ? args.from(skipped + 1) : args;
    return item -> {
      Object target = path.in(item, null, budget);
      boolean kept = tested ? Tests.apply(test, target, rest, budget) : Py.truth(target);
      return kept == wanted ? item : LEFT_OUT;
    };
  }
}
