package io.sapflow.ops.topics;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * When the next of many is due, so that there are so many a second: also after a stall, when no
 * more than a second of what was not done is made good.
 */
final class Pacer {

  private static final double NANOS = 1e9;
  private static final long MOST_BEHIND = Duration.ofSeconds(1).toNanos();

  /** For ever; more would overflow where times are added. */
  private static final long MOST = Duration.ofDays(36_500).toNanos();

  private final double rate;
  private final LongSupplier nanos;
  private long start;

  /**
   * A pacer that begins now.
   *
   * @param rate how many a second; 0 for as many as can be
   * @param nanos the time, as {@link System#nanoTime}
   */
  Pacer(double rate, LongSupplier nanos) {
    this.rate = rate;
    this.nanos = nanos;
    this.start = nanos.getAsLong();
  }

  /**
   * How long to wait until one more may follow so many, in nanoseconds; not above 0 for no time.
   */
  long pause(long done) {
    if (rate == 0) {
      return 0;
    }
    long elapsed = nanos.getAsLong() - start;
    long wait = (long) Math.min(MOST, done / rate * NANOS - elapsed);
    if (wait < -MOST_BEHIND) {
      start += -wait - MOST_BEHIND;
      return -MOST_BEHIND;
    }
    return wait;
  }
}
