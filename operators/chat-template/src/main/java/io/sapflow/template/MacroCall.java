package io.sapflow.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts a call's arguments under the names of a macro's parameters. */
record MacroCall(Stmt.Macro macro, Args arguments) {
  void bind(Scope scope, Expressions expressions) {
    List<Stmt.Parameter> parameters = macro.parameters();
    List<Object> given = arguments.positional();
    Map<String, Object> named = new LinkedHashMap<>(arguments.named());
    int taken = Math.min(given.size(), parameters.size());
    Map<String, Object> passed = new LinkedHashMap<>();
    for (Stmt.Parameter parameter : parameters.subList(taken, parameters.size())) {
      if (named.containsKey(parameter.name())) {
        passed.put(parameter.name(), named.remove(parameter.name()));
      }
    }
    special(scope, new ArrayList<>(given.subList(taken, given.size())), named);
    for (int i = 0; i < parameters.size(); i++) {
      Stmt.Parameter parameter = parameters.get(i);
      Object value;
      if (i < taken) {
        value = given.get(i);
      } else if (passed.containsKey(parameter.name())) {
        value = passed.get(parameter.name());
      } else if (parameter.fallback() != null) {
        value = expressions.value(parameter.fallback(), scope);
      } else {
        value = new Undefined("parameter '" + parameter.name() + "' was not provided");
      }
      scope.set(parameter.name(), value);
    }
  }

  /** What no parameter took: for caller, varargs and kwargs where the macro uses them. */
  private void special(Scope scope, List<Object> given, Map<String, Object> named) {
    if (macro.special().contains("caller")) {
      Object caller = named.remove("caller");
      scope.set("caller", caller == null ? new Undefined("No caller defined") : caller);
    }
    if (macro.special().contains("kwargs")) {
      scope.set("kwargs", named);
    } else if (!named.isEmpty()) {
      String name = named.containsKey("caller") ? "caller" : named.keySet().iterator().next();
      throw Py.typeError("macro '" + macro.name() + "' takes no keyword argument '" + name + "'");
    }
    if (macro.special().contains("varargs")) {
      scope.set("varargs", new Values.Tuple(given));
    } else if (!given.isEmpty()) {
      throw Py.typeError(
          "macro '"
              + macro.name()
              + "' takes not more than "
              + macro.parameters().size()
              + " argument(s)");
    }
  }
}
