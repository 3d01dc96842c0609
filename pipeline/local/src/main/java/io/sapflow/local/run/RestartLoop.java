package io.sapflow.local.run;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** Tells when a job restarts again and again: more than three times within a minute. */
final class RestartLoop {

  /** Restarts within a minute that are still borne. */
  static final int MOST = 3;

  private static final long WINDOW_NANOS = Duration.ofMinutes(1).toNanos();

  /** What a look at the job has shown. */
  enum Change {
    NONE,
    BEGINS,
    /** It has restarted too often once more, in a loop that was told. */
    GOES_ON,
    ENDS
  }

  private final Deque<Long> times = new ArrayDeque<>();
  private int seen;
  private boolean loops;

  /**
   * Takes a look.
   *
   * @param restarts of the job since it was submitted; fewer than before where another counts anew
   * @param nanos of a clock that only rises
   */
  Change observe(int restarts, long nanos) {
    boolean again = restarts > seen;
    for (int i = seen; i < restarts; i++) {
      times.addLast(nanos);
    }
    seen = restarts;
    while (!times.isEmpty() && nanos - times.getFirst() > WINDOW_NANOS) {
      times.removeFirst();
    }
    if (!loops && times.size() > MOST) {
      loops = true;
      return Change.BEGINS;
    }
    if (loops && times.isEmpty()) {
      loops = false;
      return Change.ENDS;
    }
    return loops && again && times.size() > MOST ? Change.GOES_ON : Change.NONE;
  }

  /** Restarts so far that are no failures of the job: it waits. */
  void passOver(int restarts) {
    seen = restarts;
  }

  /** Whether it has restarted since the last look. */
  boolean isNews(int restarts) {
    return restarts > seen;
  }

  /** Takes over a loop that somebody else told, which ends a minute from now unless it goes on. */
  void takeOver(long nanos) {
    loops = true;
    times.addLast(nanos);
  }

  /** Whether a loop was told that has not ended. */
  boolean lasts() {
    return loops;
  }

  /** Restarts within the last minute. */
  int recent() {
    return times.size();
  }
}
