package io.sapflow.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Works out expressions. */
final class Expressions {
  private final Budget budget;

  Expressions(Budget budget) {
    this.budget = budget;
  }

  Object value(Expr expr, Scope scope) {
    budget.charge(2);
    budget.enter();
    try {
      Object value = evaluate(expr, scope);
      budget.leave();
      return value;
    } catch (TemplateException e) {
      throw e.at(expr.line());
    }
  }

  /** The value as it is printed. */
  String text(Expr expr, Scope scope) {
    Object value = value(expr, scope);
    try {
      return PyText.str(value, budget);
    } catch (TemplateException e) {
      throw e.at(expr.line());
    }
  }

  private Object evaluate(Expr expr, Scope scope) {
    if (expr instanceof Expr.Literal literal) {
      return literal.value();
    }
    if (expr instanceof Expr.Name name) {
      return scope.get(name.name(), budget);
    }
    if (expr instanceof Expr.Attribute attribute) {
      return Members.attribute(value(attribute.target(), scope), attribute.name(), budget);
    }
    if (expr instanceof Expr.Subscript subscript) {
      Object target = value(subscript.target(), scope);
      return Members.item(target, value(subscript.index(), scope), budget);
    }
    if (expr instanceof Expr.Slice slice) {
      Object target = value(slice.target(), scope);
      Object start = optional(slice.start(), scope);
      Object stop = optional(slice.stop(), scope);
      return Members.slice(target, start, stop, optional(slice.step(), scope), budget);
    }
    if (expr instanceof Expr.Call call) {
      return call(call, scope, null);
    }
    if (expr instanceof Expr.Filter filter) {
      return filter(filter, value(filter.target(), scope), scope);
    }
    if (expr instanceof Expr.Test test) {
      Object target = value(test.target(), scope);
      return Tests.apply(test.name(), target, arguments(test.arguments(), scope), budget);
    }
    if (expr instanceof Expr.TupleOf tuple) {
      return new Values.Tuple(values(tuple.items(), scope));
    }
    if (expr instanceof Expr.ListOf list) {
      return values(list.items(), scope);
    }
    if (expr instanceof Expr.DictOf dict) {
      return dict(dict, scope);
    }
    return operation(expr, scope);
  }

  private Object operation(Expr expr, Scope scope) {
    if (expr instanceof Expr.Not not) {
      return !Py.truth(value(not.operand(), scope));
    }
    if (expr instanceof Expr.Logic logic) {
      Object left = value(logic.left(), scope);
      return Py.truth(left) == logic.and() ? value(logic.right(), scope) : left;
    }
    if (expr instanceof Expr.Compare compare) {
      return compare(compare, scope);
    }
    if (expr instanceof Expr.Binary binary) {
      Object left = value(binary.left(), scope);
      return Arithmetic.binary(binary.operator(), left, value(binary.right(), scope), budget);
    }
    if (expr instanceof Expr.Concat concat) {
      BoundedText out = new BoundedText(budget);
      for (Expr part : concat.parts()) {
        out.append(text(part, scope));
      }
      return out.toString();
    }
    if (expr instanceof Expr.Sign sign) {
      return Arithmetic.sign(sign.negative(), value(sign.operand(), scope));
    }
    Expr.Conditional conditional = (Expr.Conditional) expr;
    if (Py.truth(value(conditional.test(), scope))) {
      return value(conditional.then(), scope);
    }
    return conditional.otherwise() == null
        ? new Undefined(
            "the inline if-expression evaluated to false and no else section was defined")
        : value(conditional.otherwise(), scope);
  }

  private Object optional(Expr expr, Scope scope) {
    return expr == null ? null : value(expr, scope);
  }

  private List<Object> values(List<Expr> items, Scope scope) {
    budget.list(8L + items.size());
    List<Object> values = new ArrayList<>();
    items.forEach(item -> values.add(value(item, scope)));
    return values;
  }

  private Map<Object, Object> dict(Expr.DictOf dict, Scope scope) {
    Map<Object, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < dict.keys().size(); i++) {
      budget.list(8);
      Object key = Py.key(map, value(dict.keys().get(i), scope), budget);
      map.put(key, value(dict.values().get(i), scope));
    }
    return map;
  }

  private boolean compare(Expr.Compare compare, Scope scope) {
    Object left = value(compare.first(), scope);
    for (int i = 0; i < compare.rest().size(); i++) {
      Object right = value(compare.rest().get(i), scope);
      if (!Tests.compare(compare.operators().get(i), left, right, budget)) {
        return false;
      }
      left = right;
    }
    return true;
  }

  /** A call; the caller is the body of a call block, or null. */
  Object call(Expr.Call call, Scope scope, Object caller) {
    try {
      Object callee = value(call.callee(), scope);
      Args arguments = arguments(call.arguments(), scope);
      if (caller != null) {
        arguments.named().put("caller", caller);
      }
      if (callee instanceof Undefined undefined) {
        throw undefined.fail();
      }
      if (!(callee instanceof Values.Callable callable)) {
        throw Py.typeError("'" + Py.type(callee) + "' object is not callable");
      }
      return callable.call(arguments, budget);
    } catch (TemplateException e) {
      throw e.at(call.line());
    }
  }

  private Args arguments(Expr.Arguments arguments, Scope scope) {
    List<Object> positional = values(arguments.positional(), scope);
    budget.list(16);
    Map<String, Object> named = new LinkedHashMap<>();
    arguments.named().forEach((name, expr) -> named.put(name, value(expr, scope)));
    if (arguments.star() != null) {
      positional.addAll(Py.elements(value(arguments.star(), scope), budget));
    }
    if (arguments.doubleStar() != null) {
      if (!(value(arguments.doubleStar(), scope) instanceof Map<?, ?> map)) {
        throw Py.typeError("argument after ** must be a mapping");
      }
      map.forEach(
          (key, item) -> {
            budget.list(8);
            String name = Py.string(key, "a call with **");
            if (named.containsKey(name)) {
              throw Py.typeError("got multiple values for keyword argument '" + name + "'");
            }
            named.put(name, item);
          });
    }
    return new Args(positional, named);
  }

  private Object filter(Expr.Filter filter, Object target, Scope scope) {
    Args arguments = arguments(filter.arguments(), scope);
    return Filters.apply(filter.name(), target, arguments, budget);
  }

  /** A chain of filters whose innermost takes the given text. */
  Object filterText(Expr.Filter filter, String text, Scope scope) {
    budget.enter();
    try {
      Object target =
          filter.target() instanceof Expr.Filter inner ? filterText(inner, text, scope) : text;
      Object value = filter(filter, target, scope);
      budget.leave();
      return value;
    } catch (TemplateException e) {
      throw e.at(filter.line());
    }
  }
}
