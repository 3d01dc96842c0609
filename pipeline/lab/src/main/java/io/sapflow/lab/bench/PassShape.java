package io.sapflow.lab.bench;

import io.sapflow.model.MicroBatches;
import io.sapflow.model.TokenBatch;
import java.util.Arrays;
import java.util.List;

/**
 * What a pass computes.
 *
 * @param tokens positions that go through the layers
 * @param attended pairs of a query and a key it may look at, causally
 * @param dense the same where attention is not fused: whole squares, rows padded to the longest
 * @param logits positions whose logits are computed
 */
record PassShape(long tokens, long attended, long dense, long logits) {

  /** Real tokens alone, logits where a target stands; micro-batches as on a CPU. */
  static PassShape packed(List<TokenBatch.Row> rows) {
    return packed(rows, false);
  }

  /**
   * The same with the micro-batches of a device.
   *
   * @param gpu whether it is a GPU, which pads more
   */
  static PassShape packed(List<TokenBatch.Row> rows, boolean gpu) {
    long logits = rows.stream().mapToLong(TokenBatch.Row::targetCount).sum();
    return of(rows.stream().mapToLong(row -> row.tokens().length).toArray(), logits, gpu);
  }

  /** Every row padded to a length, logits at every position. */
  static PassShape padded(int rows, int length) {
    long[] lengths = new long[rows];
    Arrays.fill(lengths, length);
    return of(lengths, (long) rows * length, false);
  }

  private static PassShape of(long[] lengths, long logits, boolean gpu) {
    long attended = Arrays.stream(lengths).map(length -> length * (length + 1) / 2).sum();
    long squares = Arrays.stream(lengths).map(length -> length * length).sum();
    long longest = Arrays.stream(lengths).max().orElse(0);
    // A GPU's slack has no end: its micro-batches are cut by their bytes alone.
    long padded = (long) (MicroBatches.slack(gpu) * squares);
    long dense = Math.min(lengths.length * longest * longest, padded);
    return new PassShape(Arrays.stream(lengths).sum(), attended, dense, logits);
  }
}
