package io.sapflow.batch;

import java.io.Serializable;

/**
 * How examples are put into batches.
 *
 * @param window examples that are sorted by length together
 * @param windowBytes a window is full, too, with the example that brings the bytes of its records
 *     to this
 * @param rows the most examples of a batch
 * @param tokens the most tokens of a batch, padding counted; one longer example is a batch of its
 *     own
 * @param replayShare share of each batch that is safe answers to safety pairs' prompts, 0 to below
 *     1
 * @param pairs safety pairs for each computation of the harmful direction
 * @param seed of batch order and of sampling
 */
public record BatchOptions(
    int window, long windowBytes, int rows, int tokens, double replayShare, int pairs, long seed)
    implements Serializable {

  /** Checks the parts. */
  public BatchOptions {
    atLeastOne("sapflow.batch.window", window);
    atLeastOne("sapflow.batch.window-bytes", windowBytes);
    atLeastOne("sapflow.batch.rows", rows);
    atLeastOne("sapflow.batch.tokens", tokens);
    atLeastOne("sapflow.sap.pairs", pairs);
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

  /** How many replayed rows join a batch of this many examples. */
  public int replayedRows(int examples) {
    return (int) Math.round(examples * replayShare / (1 - replayShare));
  }
}
