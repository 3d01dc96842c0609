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
  private final List<Stmt> statements;

  private ChatTemplate(List<Stmt> statements) {
    this.statements = statements;
  }

  /** Reads a template. */
  public static ChatTemplate parse(String source) {
    try {
      return new ChatTemplate(Parser.parse(source));
    } catch (StackOverflowError e) {
      throw tooDeep();
    }
  }

  /** Renders without a time: a template that asks for one fails. */
  public Rendering render(Map<String, Object> variables) {
    return render(variables, null);
  }

  /**
   * Renders the template.
   *
   * @param variables what it may read
   * @param now what {@code strftime_now} tells, in UTC; null makes its use an error
   */
  public Rendering render(Map<String, Object> variables, Instant now) {
    Scope scope = new Scope(null);
    Budget budget = new Budget();
    Globals.define(scope, now);
    variables.forEach((name, value) -> scope.set(name, Imports.value(value, name, budget)));
    try {
      return new Evaluator(budget).render(statements, new Scope(scope));
    } catch (StackOverflowError e) {
      throw tooDeep();
    }
  }

  private static TemplateException tooDeep() {
    return new TemplateException("the template or a value in it is nested too deep");
  }
}
