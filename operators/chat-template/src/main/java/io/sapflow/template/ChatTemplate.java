package io.sapflow.template;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A chat template, read once and rendered any number of times, by any number of threads.
 *
 * <p>Values are what JSON knows: null, Boolean, Number, String, List and Map. A {@link
 * TemplateException} names what is wrong and the line.
 */
public final class ChatTemplate {
  /** How the message of a failure begins that is the interpreter's own. */
  static final String FAULT = "the interpreter of templates fails with ";

  private final List<Stmt> statements;

  private ChatTemplate(List<Stmt> statements) {
    this.statements = statements;
  }

  /** Reads a template. */
  public static ChatTemplate parse(String source) {
    try {
      return new ChatTemplate(Parser.parse(source));
    } catch (TemplateException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      throw fault(e);
    }
  }

  /** Renders without a time, on a budget of its own: a template that asks for a time fails. */
  public Rendering render(Map<String, Object> variables) {
    return render(variables, null, new Budget());
  }

  /**
   * Renders the template.
   *
   * @param variables what it may read
   * @param now what {@code strftime_now} tells, in UTC; null makes its use an error
   * @param budget what the rendering may cost, together with others that draw on it
   */
  public Rendering render(Map<String, Object> variables, Instant now, Budget budget) {
    budget.begin();
    Scope scope = new Scope(null);
    try {
      Globals.define(scope, now);
      variables.forEach((name, value) -> scope.set(name, Imports.value(value, name, budget)));
      return new Evaluator(budget).render(statements, new Scope(scope));
    } catch (TemplateException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      throw fault(e);
    }
  }

  /** A fault of the interpreter itself refuses one record; it must not end who renders it. */
  private static TemplateException fault(Throwable cause) {
    TemplateException failure = new TemplateException(FAULT + cause.getClass().getSimpleName());
    failure.initCause(cause);
    return failure;
  }
}
