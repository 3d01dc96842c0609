package io.sapflow.template;

import java.util.HashMap;
import java.util.Map;

/** Names of one block; names of the blocks around it show through. */
final class Scope {
  private final Map<String, Object> names = new HashMap<>();
  private final Scope outer;

  Scope(Scope outer) {
    this.outer = outer;
  }

  void set(String name, Object value) {
    names.put(name, value);
  }

  Object get(String name, Budget budget) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      budget.charge(1);
      if (scope.names.containsKey(name)) {
        return scope.names.get(name);
      }
    }
    return Undefined.name(name);
  }
}
