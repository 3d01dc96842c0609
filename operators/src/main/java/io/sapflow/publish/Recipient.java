package io.sapflow.publish;

import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.SafetyAlert;

/** Somebody who is told of alerts. Telling waits for nothing; what became of it is seen later. */
interface Recipient extends AutoCloseable {

  /** What became of an alert that was told to one receiver. */
  enum Answer {
    /** It is still to be told, or being told. */
    UNDERWAY,
    /** It was taken. */
    TAKEN,
    /** It was told, and not wanted as it is. */
    REFUSED
  }

  /**
   * What became of an alert that was told to several.
   *
   * @param all whether each of them has taken it
   * @param any whether one of them has
   * @param over whether it is under way to none of them
   * @param due when to tell it again, epoch milliseconds
   */
  record Answers(boolean all, boolean any, boolean over, long due) {}

  /**
   * Tells of an alert, in place of what is still to be told under its fingerprint. Telling the same
   * again does nothing while it is under way, or before its time.
   *
   * @param now epoch milliseconds
   */
  Answers tell(SafetyAlert alert, long now);

  /** Whether there is anybody to tell. */
  default boolean isSomebody() {
    return true;
  }

  /** Forgets an alert, of which no more is to be told. */
  void forget(SafetyAlert alert);

  @Override
  void close();

  /** Nobody: what has ended is done with, and what has not stays to be told. */
  static Recipient nobody(long repeat) {
    return new Recipient() {
      @Override
      public Answers tell(SafetyAlert alert, long now) {
        boolean done = alert.getStatus() == AlertStatus.RESOLVED;
        return new Answers(done, done, true, now + repeat);
      }

      @Override
      public boolean isSomebody() {
        return false;
      }

      @Override
      public void forget(SafetyAlert alert) {}

      @Override
      public void close() {}
    };
  }
}
