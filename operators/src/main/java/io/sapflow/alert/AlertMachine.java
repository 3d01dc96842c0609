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
    return new AlertBook(false, 0L, null);
  }

  /**
   * Takes a value.
   *
   * @param time of the value, epoch milliseconds
   */
  public Outcome observe(AlertBook book, double value, long time) {
    if (!crossed(book.getFiring(), value)) {
      return new Outcome(new AlertBook(book.getFiring(), book.getStartsAt(), null), Change.NONE);
    }
    long since = book.getPendingSince() == null ? time : book.getPendingSince();
    if (time - since < rule.duration().toMillis()) {
      return new Outcome(new AlertBook(book.getFiring(), book.getStartsAt(), since), Change.NONE);
    }
    return book.getFiring()
        ? new Outcome(new AlertBook(false, book.getStartsAt(), null), Change.RESOLVES)
        : new Outcome(new AlertBook(true, since, null), Change.FIRES);
  }

  /** Whether the value lies on the other side; what is not a number is above every threshold. */
  private boolean crossed(boolean firing, double value) {
    return firing ? value <= rule.threshold() - rule.hysteresis() : !(value <= rule.threshold());
  }
}
