package io.sapflow.lab.bench;

import io.sapflow.model.TokenBatch;
import io.sapflow.sap.PairBatch;
import java.util.List;

/**
 * What one step is given, however it is arranged.
 *
 * @param examples rows of training examples
 * @param replayed safe answers that join them where replay is on
 * @param pairs safety pairs, for a step that refreshes the direction
 */
record Work(
    List<TokenBatch.Row> examples, List<TokenBatch.Row> replayed, List<PairBatch.Pair> pairs) {

  /** Tokens of the training examples. */
  int usefulTokens() {
    return examples.stream().mapToInt(row -> row.tokens().length).sum();
  }
}
