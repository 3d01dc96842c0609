package io.sapflow.http;

import dev.failsafe.CircuitBreaker;
import dev.failsafe.Policy;
import dev.failsafe.RetryPolicy;
import java.time.Duration;
import java.util.List;

/**
 * How often a call is made again that failed in a way that may pass, and when the server is left
 * alone.
 *
 * @param most further tries of one call
 * @param delay before the first of them; it doubles with each, and a server that says when to come
 *     again is heard
 * @param failures calls in a row, each with its retries, after which the server is left alone
 * @param rest for how long
 */
public record Retries(int most, Duration delay, int failures, Duration rest) {

  /** The longest pause between two tries, whatever a server asks for. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /** Refuses what is out of range. */
  public Retries {
    if (most < 0 || failures < 1) {
      throw new IllegalArgumentException(
          "found " + most + " retries and " + failures + " failures, expected at least 0 and 1");
    }
  }

  /** As policies, the outer one first. */
  List<Policy<Reply>> policies() {
    CircuitBreaker<Reply> breaker =
        CircuitBreaker.<Reply>builder()
            .handleIf(Retries::passing)
            .withFailureThreshold(failures)
            .withDelay(rest)
            .build();
    Duration longest = delay.compareTo(LONGEST_PAUSE) < 0 ? LONGEST_PAUSE : delay.plusMillis(1);
    RetryPolicy<Reply> retry =
        RetryPolicy.<Reply>builder()
            .handleIf(Retries::passing)
            .withMaxRetries(most)
            .withBackoff(delay, longest)
            .withDelayFn(tried -> asked(tried.getLastResult()))
            .build();
    return List.of(breaker, retry);
  }

  private static boolean passing(Reply reply, Throwable failure) {
    return failure == null
        ? reply.passing()
        : failure instanceof NoReplyException none && none.passing();
  }

  /**
   * What a server asks for, within bounds; below zero, which leaves it to the backoff, if nothing.
   */
  private static Duration asked(Reply reply) {
    if (reply == null || reply.retryAfter() == null) {
      return Duration.ofNanos(-1);
    }
    return reply.retryAfter().compareTo(LONGEST_PAUSE) < 0 ? reply.retryAfter() : LONGEST_PAUSE;
  }
}
