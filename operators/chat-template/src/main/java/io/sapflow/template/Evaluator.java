package io.sapflow.template;

import io.sapflow.template.Stmt.Target;
import java.util.ArrayList;
import java.util.List;

/** Walks the statements of a template and writes its text. */
final class Evaluator {
  /** How a run of statements ended. */
  private enum End {
    NORMAL,
    BREAK,
    CONTINUE
  }

  private final Budget budget;
  private final Expressions expressions;
  private final BoundedText output;
  private final List<Span> spans = new ArrayList<>();

  Evaluator(Budget budget) {
    this.budget = budget;
    this.expressions = new Expressions(budget);
    this.output = new BoundedText(budget);
  }

  Rendering render(List<Stmt> statements, Scope scope) {
    run(statements, scope, output);
    return new Rendering(output.toString(), spans);
  }

  private End run(List<Stmt> statements, Scope scope, BoundedText out) {
    for (Stmt statement : statements) {
      budget.charge(2);
      budget.enter();
      End end = run(statement, scope, out);
      budget.leave();
      if (end != End.NORMAL) {
        return end;
      }
    }
    return End.NORMAL;
  }

  private End run(Stmt statement, Scope scope, BoundedText out) {
    if (statement instanceof Stmt.Hide hide) {
      budget.list(4L * hide.frame().hidden().size());
      hide.frame().hidden().forEach(name -> scope.set(name, Undefined.name(name)));
    } else if (statement instanceof Stmt.Text text) {
      out.append(text.text());
    } else if (statement instanceof Stmt.Output output) {
      out.append(expressions.text(output.value(), scope));
    } else if (statement instanceof Stmt.If conditional) {
      return conditional(conditional, scope, out);
    } else if (statement instanceof Stmt.For loop) {
      placed(loop.line(), () -> loop(loop, scope, out));
    } else if (statement instanceof Stmt.Set set) {
      Object value = expressions.value(set.value(), scope);
      placed(set.line(), () -> assign(set.target(), value, scope));
    } else if (statement instanceof Stmt.SetBlock set) {
      Object value = filtered(set.filter(), body(set.body(), scope), scope);
      placed(set.line(), () -> assign(set.target(), value, scope));
    } else if (statement instanceof Stmt.Macro macro) {
      scope.set(macro.name(), macro(macro, scope));
    } else if (statement instanceof Stmt.CallBlock call) {
      Object made = expressions.call(call.call(), scope, macro(call.caller(), scope));
      out.append(PyText.str(made, budget));
    } else if (statement instanceof Stmt.FilterBlock filter) {
      Object value = filtered(filter.filter(), body(filter.body(), scope), scope);
      placed(filter.line(), () -> out.append(Py.string(value, "a filter block")));
    } else if (statement instanceof Stmt.With with) {
      return with(with, scope, out);
    } else if (statement instanceof Stmt.Generation generation) {
      generation(generation, scope, out);
    } else {
      return statement instanceof Stmt.Break ? End.BREAK : End.CONTINUE;
    }
    return End.NORMAL;
  }

  private static void placed(int line, Runnable work) {
    try {
      work.run();
    } catch (TemplateException e) {
      throw e.at(line);
    }
  }

  private String body(List<Stmt> statements, Scope scope) {
    BoundedText out = new BoundedText(budget);
    run(statements, new Scope(scope), out);
    return out.toString();
  }

  private Object filtered(Expr.Filter filter, String text, Scope scope) {
    return filter == null ? text : expressions.filterText(filter, text, scope);
  }

  private End conditional(Stmt.If conditional, Scope scope, BoundedText out) {
    for (Stmt.Branch branch : conditional.branches()) {
      if (Py.truth(expressions.value(branch.test(), scope))) {
        return run(branch.body(), scope, out);
      }
    }
    return run(conditional.otherwise(), scope, out);
  }

  private void loop(Stmt.For loop, Scope scope, BoundedText out) {
    List<Object> items = Py.elements(expressions.value(loop.items(), scope), budget);
    if (loop.condition() != null) {
      List<Object> kept = new ArrayList<>();
      for (Object item : items) {
        Scope inner = scope(scope);
        assign(loop.target(), item, inner);
        if (Py.truth(expressions.value(loop.condition(), inner))) {
          kept.add(item);
        }
      }
      items = kept;
    }
    Loop state = new Loop(items);
    // As in jinja2, a loop whose every round was left early counts as one without a round.
    boolean completed = false;
    for (int i = 0; i < items.size(); i++) {
      state.at(i);
      Scope inner = scope(scope);
      inner.set("loop", state);
      assign(loop.target(), items.get(i), inner);
      End end = run(loop.body(), inner, out);
      if (end == End.BREAK) {
        break;
      }
      completed |= end == End.NORMAL;
    }
    if (!completed) {
      run(loop.otherwise(), new Scope(scope), out);
    }
  }

  private void assign(Target target, Object value, Scope scope) {
    if (target instanceof Target.Name name) {
      scope.set(name.name(), value);
    } else if (target instanceof Target.Member member) {
      if (!(scope.get(member.namespace(), budget) instanceof Values.Namespace namespace)) {
        throw new TemplateException("cannot assign attribute on non-namespace object");
      }
      namespace.members.put(member.attribute(), value);
    } else {
      List<Target> targets = ((Target.Many) target).targets();
      List<Object> items = Py.elements(value, budget);
      if (items.size() != targets.size()) {
        throw Py.valueError(
            "cannot unpack " + items.size() + " values into " + targets.size() + " names");
      }
      for (int i = 0; i < targets.size(); i++) {
        assign(targets.get(i), items.get(i), scope);
      }
    }
  }

  private Scope scope(Scope outer) {
    budget.list(24);
    return new Scope(outer);
  }

  private Values.Function macro(Stmt.Macro macro, Scope scope) {
    return new Values.Function(macro.name(), (arguments, b) -> call(macro, arguments, scope));
  }

  private String call(Stmt.Macro macro, Args arguments, Scope scope) {
    budget.enterCall();
    Scope inner = scope(scope);
    new MacroCall(macro, arguments).bind(inner, expressions);
    String text = body(macro.body(), inner);
    budget.leaveCall();
    return text;
  }

  private End with(Stmt.With with, Scope scope, BoundedText out) {
    Scope inner = new Scope(scope);
    for (int i = 0; i < with.targets().size(); i++) {
      Target target = with.targets().get(i);
      Object value = expressions.value(with.values().get(i), scope);
      placed(with.line(), () -> assign(target, value, inner));
    }
    return run(with.body(), inner, out);
  }

  private void generation(Stmt.Generation generation, Scope scope, BoundedText out) {
    if (out != output) {
      throw new TemplateException(
          "a generation block inside a macro, set, call or filter block has no place in the text",
          generation.line());
    }
    int start = output.codePoints();
    out.append(body(generation.body(), scope));
    spans.add(new Span(start, output.codePoints()));
  }
}
