package io.sapflow.pipeline.stack;

import java.time.Duration;

/** Waits between two looks at something. */
public final class Waiting {
  private Waiting() {}

  /**
   * Sleeps.
   *
   * @throws StackException if the thread is interrupted
   */
  public static void pause(Duration duration) {
    try {
      Thread.sleep(duration.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted while waiting", e);
    }
  }
}
