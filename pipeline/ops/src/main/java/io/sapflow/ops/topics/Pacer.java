package io.sapflow.ops.topics;

import java.util.function.LongSupplier;

/** When the next of many is due, so that there are so many a second. */
final class Pacer {

  private static final double NANOS = 1e9;

  private final double rate;
  private final LongSupplier nanos;
  private final long start;

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
    return rate == 0 ? 0 : start + (long) (done / rate * NANOS) - nanos.getAsLong();
  }
}
