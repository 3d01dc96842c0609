package io.sapflow.sap;

import io.sapflow.model.TokenBatch;
import java.util.ArrayList;
import java.util.List;

/**
 * Safety pairs for the direction: M safe answers, then the M harmful ones to the same prompts.
 *
 * @param pairs M
 * @param tokens 2M rows
 */
public record PairBatch(int pairs, TokenBatch tokens) {

  /** A pair as two rows. */
  public record Pair(TokenBatch.Row safe, TokenBatch.Row harmful) {}

  /** Puts pairs together. */
  public static PairBatch of(List<Pair> pairs) {
    return new PairBatch(pairs.size(), TokenBatch.of(rows(pairs)));
  }

  /** Puts pairs together, padded to a given length. */
  public static PairBatch of(List<Pair> pairs, int length) {
    return new PairBatch(pairs.size(), TokenBatch.of(rows(pairs), length));
  }

  private static List<TokenBatch.Row> rows(List<Pair> pairs) {
    List<TokenBatch.Row> rows = new ArrayList<>(2 * pairs.size());
    pairs.forEach(pair -> rows.add(pair.safe()));
    pairs.forEach(pair -> rows.add(pair.harmful()));
    return rows;
  }
}
