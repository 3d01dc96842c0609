package io.sapflow.batch;

import java.io.Serializable;

/**
 * How examples are put into batches.
 *
 * @param window examples that are sorted by length together
 * @param windowBytes a window is full, too, with the example that brings the bytes of its records
 *     to this
 * @param rows the most examples of a batch; without a bound where there is a least of tokens
 * @param leastTokens the least tokens of a batch, unless its window has no more; 0 is none
 * @param tokens the most tokens of a batch, padding counted unless there is a least; one longer
 *     example is a batch of its own
 * @param replayShare share of each batch that is safe answers to safety pairs' prompts, 0 to below
 *     1
 * @param pairs safety pairs for each computation of the harmful direction
 * @param seed of batch order and of sampling
 */
public record BatchOptions(
    int window,
    long windowBytes,
    int rows,
    int leastTokens,
    int tokens,
    double replayShare,
    int pairs,
    long seed)
    implements Serializable {

  /** Without a least of tokens. */
  public BatchOptions(
      int window,
      long windowBytes,
      int rows,
      int tokens,
      double replayShare,
      int pairs,
      long seed) {
    this(window, windowBytes, rows, 0, tokens, replayShare, pairs, seed);
  }

  /** Checks the parts. */
  public BatchOptions {
    atLeastOne("sapflow.batch.window", window);
    atLeastOne("sapflow.batch.window-bytes", windowBytes);
    atLeastOne("sapflow.batch.rows", rows);
    atLeastOne("sapflow.batch.tokens", tokens);
    atLeastOne("sapflow.sap.pairs", pairs);
    if (leastTokens < 0 || leastTokens > tokens) {
      throw new IllegalArgumentException(
          "sapflow.batch.least-tokens: found "
              + leastTokens
              + ", expected at most sapflow.batch.tokens, which is "
              + tokens);
    }
    if (!(replayShare >= 0 && replayShare < 1)) {
      throw new IllegalArgumentException(
          "sapflow.sap.replay-share: found " + replayShare + ", expected 0 to below 1");
    }
  }

  private static void atLeastOne(String key, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(key + ": found " + value + ", expected 1 or more");
    }
  }

  /** The same with another seed. */
  public BatchOptions seeded(long other) {
    return new BatchOptions(
        window, windowBytes, rows, leastTokens, tokens, replayShare, pairs, other);
  }

  /** How many replayed rows join a batch of this many examples. */
  public int replayedRows(int examples) {
    return (int) Math.round(examples * replayShare / (1 - replayShare));
  }
}
