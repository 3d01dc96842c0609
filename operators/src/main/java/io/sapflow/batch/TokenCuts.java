package io.sapflow.batch;

/**
 * Cuts a row of lengths into batches of at least and at most so many tokens. A length above the
 * most is a batch of its own. No cut has fewer batches below the least; of those, this one has the
 * fewest batches, and of those the most even ones.
 *
 * @param least tokens of a batch
 * @param most tokens of a batch
 */
record TokenCuts(int least, int most) {

  /**
   * The best cut of the first lengths.
   *
   * @param tooFew batches below the least
   * @param batches all of them
   * @param squares of the batches' tokens, summed: less where these are more even
   * @param start where the last batch begins
   */
  private record Best(int tooFew, int batches, double squares, int start) {

    boolean isBetterThan(Best other) {
      if (tooFew != other.tooFew) {
        return tooFew < other.tooFew;
      }
      return batches == other.batches ? squares < other.squares : batches < other.batches;
    }
  }

  /**
   * Where the batches end.
   *
   * @param lengths tokens of each item, at least 1
   * @return how many items are before each end, ascending; the last is all of them
   */
  int[] ends(int[] lengths) {
    Best[] best = new Best[lengths.length + 1];
    best[0] = new Best(0, 0, 0, 0);
    for (int end = 1; end <= lengths.length; end++) {
      long tokens = 0;
      for (int start = end - 1; start >= 0; start--) {
        tokens += lengths[start];
        if (tokens > most && start < end - 1) {
          break;
        }
        Best before = best[start];
        Best found =
            new Best(
                before.tooFew + (tokens < least ? 1 : 0),
                before.batches + 1,
                before.squares + (double) tokens * tokens,
                start);
        if (best[end] == null || found.isBetterThan(best[end])) {
          best[end] = found;
        }
      }
    }
    int[] ends = new int[best[lengths.length].batches];
    for (int i = ends.length - 1, end = lengths.length; i >= 0; i--) {
      ends[i] = end;
      end = best[end].start;
    }
    return ends;
  }
}
