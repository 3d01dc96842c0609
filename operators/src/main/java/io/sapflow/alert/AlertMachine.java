package io.sapflow.alert;

import io.sapflow.schema.AlertBook;

/** Takes one rule of one adapter from quiet to firing and back. */
public final class AlertMachine {

  /** What a value made of an alert. */
  public enum Change {
    /** It stays as it was. */
    NONE,
    /** It fires from now on. */
    FIRES,
    /** It has resolved. */
    RESOLVES
  }

  /**
   * Where a rule stands after a value.
   *
   * @param book its state
   * @param change what is to be told
   */
  public record Outcome(AlertBook book, Change change) {}

  private final AlertRule rule;

  /** A machine for a rule. */
  public AlertMachine(AlertRule rule) {
    this.rule = rule;
  }

  /** Where a rule stands before its first value. */
  public static AlertBook quiet() {
    return new AlertBook(false, 0L, null, null);
  }

  /**
   * Takes a value.
   *
   * @param time of the value, epoch milliseconds
   */
  public Outcome observe(AlertBook book, double value, long time) {
    if (!crossed(book.getFiring(), value)) {
      return unchanged(book, null);
    }
    long since = book.getPendingSince() == null ? time : book.getPendingSince();
    if (time - since < rule.duration().toMillis() && !isOver(book)) {
      return unchanged(book, since);
    }
    return book.getFiring()
        ? new Outcome(resolved(book), Change.RESOLVES)
        : new Outcome(new AlertBook(true, since, null, rule.severity()), Change.FIRES);
  }

  /** An incident ends when somebody says so. */
  private boolean isOver(AlertBook book) {
    return book.getFiring() && rule.rule() == Rule.INCIDENT;
  }

  private static Outcome unchanged(AlertBook book, Long pendingSince) {
    return new Outcome(
        new AlertBook(book.getFiring(), book.getStartsAt(), pendingSince, book.getSeverity()),
        Change.NONE);
  }

  /** Where a rule stands that has just resolved, by the severity under which it fired. */
  static AlertBook resolved(AlertBook book) {
    return new AlertBook(false, book.getStartsAt(), null, book.getSeverity());
  }

  /** Whether the value lies on the other side; what is not a number is above every threshold. */
  private boolean crossed(boolean firing, double value) {
    return firing ? value <= rule.threshold() - rule.hysteresis() : !(value <= rule.threshold());
  }
}
