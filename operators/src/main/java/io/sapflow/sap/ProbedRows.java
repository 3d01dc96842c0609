package io.sapflow.sap;

import io.sapflow.model.TokenBatch;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The rows of a batch from which the hidden probe is found. Which ones depends on the whole batch
 * and on nothing else, so that they are the same after a restore, and no row can see to it by its
 * own text that it is left out.
 *
 * @param probed indices of those rows, ascending, at least one
 * @param others indices of all others, ascending
 */
public record ProbedRows(int[] probed, int[] others) {

  /**
   * Draws them.
   *
   * @param share of the rows that have a target, rounded up; 1 takes all rows
   */
  public static ProbedRows of(TokenBatch batch, double share) {
    int[] all = IntStream.range(0, batch.rows()).toArray();
    int[] scored =
        Arrays.stream(batch.targetRows()).mapToInt(row -> (int) row).distinct().toArray();
    // A product that is whole but for its rounding is not rounded up.
    int count = Math.max(1, (int) Math.ceil(share * scored.length - 1e-9));
    if (count >= scored.length) {
      return new ProbedRows(all, new int[0]);
    }
    SplittableRandom random = new SplittableRandom(Arrays.hashCode(batch.ids()));
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i, scored.length);
      int drawn = scored[j];
      scored[j] = scored[i];
      scored[i] = drawn;
    }
    int[] probed = Arrays.copyOf(scored, count);
    Arrays.sort(probed);
    int[] others = Arrays.stream(all).filter(row -> Arrays.binarySearch(probed, row) < 0).toArray();
    return new ProbedRows(probed, others);
  }

  /** Whether no row is left out. */
  public boolean all() {
    return others.length == 0;
  }

  /** Where each row of the batch stands in the probed ones followed by the others, [B]. */
  int[] places() {
    int[] places = new int[probed.length + others.length];
    for (int i = 0; i < probed.length; i++) {
      places[probed[i]] = i;
    }
    for (int i = 0; i < others.length; i++) {
      places[others[i]] = probed.length + i;
    }
    return places;
  }

  /** Values of the probed rows and of the others as values of all rows, [B]. */
  double[] spread(double[] ofProbed, double[] ofOthers) {
    double[] all = new double[probed.length + others.length];
    for (int i = 0; i < probed.length; i++) {
      all[probed[i]] = ofProbed[i];
    }
    for (int i = 0; i < others.length; i++) {
      all[others[i]] = ofOthers[i];
    }
    return all;
  }
}
