package io.sapflow.lab.bench;

import io.sapflow.model.TokenBatch;
import java.util.Arrays;
import java.util.List;

/**
 * What a pass computes.
 *
 * @param tokens positions that go through the layers
 * @param attended pairs of a query and a key it may look at, causally
 * @param logits positions whose logits are computed
 */
record PassShape(long tokens, long attended, long logits) {

  /** Real tokens alone, logits where a target stands. */
  static PassShape packed(List<TokenBatch.Row> rows) {
    long logits = rows.stream().mapToLong(TokenBatch.Row::targetCount).sum();
    return of(rows.stream().mapToLong(row -> row.tokens().length).toArray(), logits);
  }

  /** Every row padded to a length, logits at every position. */
  static PassShape padded(int rows, int length) {
    long[] lengths = new long[rows];
    Arrays.fill(lengths, length);
    return of(lengths, (long) rows * length);
  }

  private static PassShape of(long[] lengths, long logits) {
    long attended = Arrays.stream(lengths).map(length -> length * (length + 1) / 2).sum();
    return new PassShape(Arrays.stream(lengths).sum(), attended, logits);
  }
}
