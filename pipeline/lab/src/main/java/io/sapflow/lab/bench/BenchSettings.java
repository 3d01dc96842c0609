package io.sapflow.lab.bench;

import io.sapflow.job.JobSettings;
import io.sapflow.job.options.IngestOptions;
import io.sapflow.sap.SapOptions;
import java.math.BigInteger;

/**
 * What is measured.
 *
 * @param model how the model is called
 * @param lengths where the lengths are from
 * @param histogram the lengths
 * @param job the job's settings; its longest example is the limit of every arrangement
 * @param pairLimit the most tokens of a row of a safety pair
 * @param steps timed steps at least; rounded up to whole cycles
 */
public record BenchSettings(
    String model,
    String lengths,
    LengthHistogram histogram,
    JobSettings job,
    int pairLimit,
    int steps) {

  private static final double HELD_WHOLE = 0.95;
  private static final int LIMIT_UNIT = 128;

  /** The limit that fits a histogram: the least multiple of 128 that leaves 95 % whole. */
  public static int limitFor(LengthHistogram histogram) {
    return histogram.limit(HELD_WHOLE, LIMIT_UNIT);
  }

  /** The most tokens of rows. */
  Limits limits() {
    return new Limits(job.get(IngestOptions.MAX_TOKENS), pairLimit);
  }

  /** Steps in which probe and direction are refreshed as often as on average. */
  int cycle() {
    SapOptions sap = job.train().sap();
    BigInteger direction = BigInteger.valueOf(sap.directionRefreshSteps());
    BigInteger probe = BigInteger.valueOf(sap.hiddenProbeRefreshSteps());
    return direction.multiply(probe).divide(direction.gcd(probe)).intValueExact();
  }

  /** Timed steps: whole cycles. */
  int wholeSteps() {
    int cycle = cycle();
    return Math.max(1, (steps + cycle - 1) / cycle) * cycle;
  }
}
