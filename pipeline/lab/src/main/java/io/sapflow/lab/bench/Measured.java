package io.sapflow.lab.bench;

import java.util.List;
import java.util.OptionalLong;

/**
 * What an arrangement took.
 *
 * @param steps timed steps
 * @param examples training examples in them
 * @param usefulTokens tokens of those examples
 * @param seconds all steps together, each kind of step weighted by how often it comes; not a number
 *     where none was timed
 * @param teraflops floating-point operations counted for them, in units of 1e12
 * @param peakBytes most resident memory of the process while this arrangement warmed up; empty
 *     where the system does not tell
 */
public record Measured(
    int steps,
    long examples,
    long usefulTokens,
    double seconds,
    double teraflops,
    OptionalLong peakBytes) {

  /** All seeds together. */
  static Measured of(List<Measured> seeds) {
    return new Measured(
        seeds.stream().mapToInt(Measured::steps).sum(),
        seeds.stream().mapToLong(Measured::examples).sum(),
        seeds.stream().mapToLong(Measured::usefulTokens).sum(),
        seeds.stream().mapToDouble(Measured::seconds).sum(),
        seeds.stream().mapToDouble(Measured::teraflops).sum(),
        seeds.get(0).peakBytes());
  }

  /** Tokens of training examples, without padding, replay and safety pairs, in a second. */
  public double usefulTokensPerSecond() {
    return usefulTokens / seconds;
  }

  /** Time for each useful token, as a multiple of another arrangement's. */
  double timeOver(Measured other) {
    return other.usefulTokensPerSecond() / usefulTokensPerSecond();
  }

  /** Counted work for each useful token, as a multiple of another arrangement's. */
  double workOver(Measured other) {
    return teraflops / usefulTokens / (other.teraflops / other.usefulTokens);
  }
}
