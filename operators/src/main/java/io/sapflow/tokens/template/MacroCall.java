package io.sapflow.tokens.template;

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
    Object caller = named.remove("caller");
    for (int i = 0; i < parameters.size(); i++) {
      Stmt.Parameter parameter = parameters.get(i);
      Object value;
      if (i < given.size()) {
        value = given.get(i);
      } else if (named.containsKey(parameter.name())) {
        value = named.remove(parameter.name());
      } else if (parameter.fallback() != null) {
        value = expressions.value(parameter.fallback(), scope);
      } else {
        value = new Undefined("parameter '" + parameter.name() + "' was not provided");
      }
      scope.set(parameter.name(), value);
    }
    if (caller != null) {
      scope.set("caller", caller);
    }
    rest(parameters.size(), given, named);
  }

  private void rest(int count, List<Object> given, Map<String, Object> named) {
    if (given.size() > count) {
      throw Py.typeError(
          "macro '" + macro.name() + "' takes not more than " + count + " argument(s)");
    }
    if (!named.isEmpty()) {
      throw Py.typeError(
          "macro '"
              + macro.name()
              + "' takes no keyword argument '"
              + new ArrayList<>(named.keySet()).get(0)
              + "'");
    }
  }
}
