package io.sapflow.lab.bench;

import java.util.OptionalLong;

/** Adds up what the steps of one arrangement took on one seed's batches. */
final class Tally {

  private int steps;
  private long examples;
  private long usefulTokens;
  private double seconds;
  private double flops;

  /** A batch that is trained, in whatever kinds of step. */
  void batch(Work work) {
    steps++;
    examples += work.examples().size();
    usefulTokens += work.usefulTokens();
  }

  /**
   * What a kind of step takes for a batch.
   *
   * @param time in seconds, not a number where it was not timed
   */
  void step(StepKind kind, double time, long counted) {
    seconds += kind.share() * time;
    flops += kind.share() * counted;
  }

  /** What was measured. */
  Measured measured(OptionalLong peakBytes) {
    return new Measured(steps, examples, usefulTokens, seconds, flops / 1e12, peakBytes);
  }
}
