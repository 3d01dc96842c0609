package io.sapflow.probe;

import java.time.Duration;

/**
 * How patiently and how hard a judge's server is asked.
 *
 * @param timeout the longest that one call waits for the whole of its answer
 * @param retries how often a call is made again that failed in a way that may pass
 * @param retryDelay before the first of them; it doubles with each
 * @param breakerDelay how long a server is left alone that did not answer several calls
 * @param concurrency calls at the same time
 * @param report the longest that the judge may take over one report
 */
public record JudgeLimits(
    Duration timeout,
    int retries,
    Duration retryDelay,
    Duration breakerDelay,
    int concurrency,
    Duration report) {

  public JudgeLimits {
    positive("timeout", timeout);
    positive("retryDelay", retryDelay);
    positive("breakerDelay", breakerDelay);
    positive("report", report);
    if (retries < 0 || concurrency < 1) {
      throw new IllegalArgumentException(
          "found "
              + retries
              + " retries and a concurrency of "
              + concurrency
              + ", expected at least 0 and 1");
    }
  }

  private static void positive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + ": found " + value + ", expected more than 0");
    }
  }
}
