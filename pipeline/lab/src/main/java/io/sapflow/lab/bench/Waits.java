package io.sapflow.lab.bench;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** What a bench waits for. */
final class Waits {

  private static final Duration LIMIT = Duration.ofMinutes(5);

  private Waits() {}

  /**
   * Looks until something is reached.
   *
   * @throws IllegalStateException after five minutes, naming {@code what}
   */
  static void until(BooleanSupplier reached, Runnable look, String what) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!reached.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("waited " + LIMIT.toMinutes() + " minutes for " + what);
      }
      look.run();
    }
  }

  /** Waits until a thread has ended, also when interrupted, which is told afterwards. */
  static void untilEnded(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
