package io.sapflow.publish;

import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.SafetyAlert;

/** Somebody who is told of alerts. Telling waits for nothing; the answer is there later. */
interface Recipient extends AutoCloseable {

  /** What became of an alert that was told. */
  enum Answer {
    /** It was never told, or its answer was read before. */
    UNKNOWN,
    /** It is still to be told, or being told. */
    UNDERWAY,
    /** It was taken. */
    TAKEN,
    /** It could not be told; another time it may. */
    FAILED,
    /** It was told, and not wanted as it is. */
    REFUSED
  }

  /** Nobody: what has ended is done with, and what has not stays to be told. */
  Recipient NOBODY =
      new Recipient() {
        @Override
        public void tell(SafetyAlert alert) {}

        @Override
        public Answer answer(SafetyAlert alert) {
          return alert.getStatus() == AlertStatus.RESOLVED ? Answer.TAKEN : Answer.REFUSED;
        }

        @Override
        public void close() {}
      };

  /** Tells of an alert, in place of what is still to be told under its fingerprint. */
  void tell(SafetyAlert alert);

  /** What became of an alert; TAKEN and FAILED are answered once. */
  Answer answer(SafetyAlert alert);

  @Override
  void close();
}
