package io.sapflow.publish;

import java.time.Duration;

/**
 * How long a server is left alone after failures in a row: twice as long each time, and as long as
 * it asks for, both within a bound. For one thread.
 */
public final class Backoff {

  /** Shorter than a heartbeat lasts: nobody may be woken for a receiver that asks for a pause. */
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final Duration first;
  private Duration own = Duration.ZERO;
  private Duration asked = Duration.ZERO;

  /** None has failed yet; {@code first} is the pause after the first failure. */
  public Backoff(Duration first) {
    this.first = first;
  }

  /**
   * A try has failed.
   *
   * @param retryAfter what the server asks for, null for nothing
   */
  public void failed(Duration retryAfter) {
    own = own.isZero() ? first : least(own.multipliedBy(2), LONGEST);
    asked = retryAfter == null ? Duration.ZERO : least(retryAfter, LONGEST);
  }

  /** The last try has worked. */
  public void worked() {
    own = Duration.ZERO;
    asked = Duration.ZERO;
  }

  /** The pause before the next try. */
  public Duration pause() {
    return own.compareTo(asked) > 0 ? own : asked;
  }

  private static Duration least(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
