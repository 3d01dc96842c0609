package io.sapflow.ingest.registry;

import java.util.concurrent.TimeUnit;

/** Lets so many through a second, and as many at once after a rest. Not thread-safe. */
final class Pace {

  private final long between;
  private final long burst;
  private long next;

  Pace(int aSecond, long now) {
    burst = TimeUnit.SECONDS.toNanos(1);
    between = burst / aSecond;
    next = now - burst;
  }

  /**
   * Takes a turn.
   *
   * @param now of a clock in nanoseconds
   * @return how long to wait for it, in nanoseconds
   */
  long take(long now) {
    next = (now - burst - next > 0 ? now - burst : next) + between;
    return Math.max(0, next - now);
  }
}
