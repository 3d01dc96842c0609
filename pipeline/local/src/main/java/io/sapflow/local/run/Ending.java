package io.sapflow.local.run;

import io.sapflow.job.kafka.StackException;

/** The end of a job that has a cause. */
final class Ending {

  private Ending() {}

  /** Cancels a job; where it cannot be cancelled, that is told beside the cause. */
  static StackException of(StackException cause, Runnable cancellation) {
    try {
      cancellation.run();
    } catch (StackException e) {
      cause.addSuppressed(e);
    }
    return cause;
  }
}
