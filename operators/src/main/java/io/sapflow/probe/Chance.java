package io.sapflow.probe;

import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.Digests;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * What is left to chance in one report. It follows from the version, whose weights' digest no judge
 * ever sees, and the job's seed: a probe that is repeated asks the same.
 *
 * @param identity of the report
 */
record Chance(String identity) {

  private static final int DIGITS = 16;
  private static final int HEX = 16;

  /**
   * The chance in a report.
   *
   * @param turn how many reports the adapter has had
   * @param seed of the job
   */
  static Chance of(AdapterVersion version, long turn, long seed) {
    return new Chance(
        String.join(
            "\n",
            version.getAdapterId(),
            version.getVersion(),
            version.getSha256(),
            Integer.toString(version.getGeneration()),
            Long.toString(turn),
            Long.toString(seed)));
  }

  /** Draws for one judge: what one of them is asked tells nothing of what another is. */
  RandomGenerator forJudge(String name) {
    String digest = Digests.sha256(identity + "\n" + name);
    return new SplittableRandom(Long.parseUnsignedLong(digest.substring(0, DIGITS), HEX));
  }
}
