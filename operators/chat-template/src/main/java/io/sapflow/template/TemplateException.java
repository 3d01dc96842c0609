package io.sapflow.template;

/**
 * A template that cannot be read or rendered. The message says what was found and on which line of
 * the template; for {@code raise_exception} the detail is the template's own text.
 */
public final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String detail;
  private final int line;

  TemplateException(String detail) {
    this(detail, 0);
  }

  TemplateException(String detail, int line) {
    super(line > 0 ? detail + " (template line " + line + ")" : detail);
    this.detail = detail;
    this.line = line;
  }

  /** The same failure with its line, unless it has one already. */
  TemplateException at(int where) {
    if (line > 0) {
      return this;
    }
    TemplateException placed = new TemplateException(detail, where);
    placed.initCause(this);
    return placed;
  }

  /** What is wrong, without the line. */
  public String detail() {
    return detail;
  }

  /** The line of the template, from 1; 0 where it is not known. */
  public int line() {
    return line;
  }
}
