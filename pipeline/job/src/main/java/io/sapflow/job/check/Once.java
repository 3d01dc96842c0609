package io.sapflow.job.check;

import java.util.function.Consumer;
import java.util.function.Supplier;

/** What is looked at once and asked for by several; a failure is, too. For several threads. */
final class Once<T> {

  private final Supplier<T> look;
  private boolean looked;
  private T value;
  private RuntimeException failure;

  Once(Supplier<T> look) {
    this.look = look;
  }

  /** What the first look gave, or threw. */
  synchronized T get() {
    if (!looked) {
      try {
        value = look.get();
      } catch (RuntimeException e) {
        failure = e;
      }
      looked = true;
    }
    if (failure != null) {
      throw failure;
    }
    return value;
  }

  /** Tells somebody what the look gave, if it was made. */
  synchronized void ifMade(Consumer<T> then) {
    if (looked && failure == null) {
      then.accept(value);
    }
  }

  /** Whether the look gives something. */
  boolean works() {
    try {
      get();
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }
}
