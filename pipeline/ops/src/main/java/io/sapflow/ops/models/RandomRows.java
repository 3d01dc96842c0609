package io.sapflow.ops.models;

import io.sapflow.model.TokenBatch;
import io.sapflow.sap.PairBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Rows of random tokens, the second half of each a target.
 *
 * @param vocabulary token ids are below it
 * @param length tokens of a row
 * @param random where they come from
 */
public record RandomRows(int vocabulary, int length, SplittableRandom random) {

  int[] prompt(int tokens) {
    return random.ints(tokens, 0, vocabulary).toArray();
  }

  /** The next row. */
  public TokenBatch.Row row() {
    byte[] targets = new byte[length];
    Arrays.fill(targets, length - length / 2, length, (byte) 1);
    return new TokenBatch.Row(prompt(length), targets);
  }

  /** The next rows. */
  public List<TokenBatch.Row> rows(int count) {
    List<TokenBatch.Row> rows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      rows.add(row());
    }
    return rows;
  }

  /** The next safety pairs. */
  public PairBatch pairs(int count) {
    List<PairBatch.Pair> pairs = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      pairs.add(new PairBatch.Pair(row(), row()));
    }
    return PairBatch.of(pairs);
  }
}
