package io.sapflow.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows of token ids, padded on the right to the longest, with the targets to score.
 *
 * @param rows B
 * @param length T
 * @param ids token ids, [B * T]
 * @param mask 1 where a token stands, 0 where padding does, [B * T]
 * @param positions flat index of the hidden state that predicts each target, [N]
 * @param targetRows the row each target counts for, [N]
 * @param targets the token ids to predict, [N]
 */
public record TokenBatch(
    int rows,
    int length,
    long[] ids,
    long[] mask,
    long[] positions,
    long[] targetRows,
    long[] targets) {

  /**
   * One row.
   *
   * @param tokens token ids, [T]
   * @param isTarget 1 where the token is to be predicted from those before it; the first token
   *     never is, [T]
   */
  public record Row(int[] tokens, byte[] isTarget) {
    /** Checks that both parts have one length. */
    public Row {
      if (tokens.length != isTarget.length) {
        throw new IllegalArgumentException(
            tokens.length + " tokens with " + isTarget.length + " target marks");
      }
    }

    /** How many targets are scored. */
    public int targetCount() {
      int count = 0;
      for (int t = 1; t < isTarget.length; t++) {
        count += isTarget[t];
      }
      return count;
    }
  }

  /** Pads rows into a batch. */
  public static TokenBatch of(List<Row> rows) {
    int length = rows.stream().mapToInt(row -> row.tokens().length).max().orElse(0);
    return of(rows, length);
  }

  /** Pads rows to a given length, which is at least that of the longest. */
  public static TokenBatch of(List<Row> rows, int length) {
    long[] ids = new long[rows.size() * length];
    long[] mask = new long[rows.size() * length];
    List<long[]> scored = new ArrayList<>();
    for (int b = 0; b < rows.size(); b++) {
      Row row = rows.get(b);
      for (int t = 0; t < row.tokens().length; t++) {
        ids[b * length + t] = row.tokens()[t];
        mask[b * length + t] = 1;
        if (t > 0 && row.isTarget()[t] == 1) {
          scored.add(new long[] {(long) b * length + t - 1, b, row.tokens()[t]});
        }
      }
    }
    return new TokenBatch(
        rows.size(), length, ids, mask, column(scored, 0), column(scored, 1), column(scored, 2));
  }

  /** Whether there is padding. */
  boolean padded() {
    return Arrays.stream(mask).anyMatch(real -> real == 0);
  }

  /** Tokens of each row, [B]. */
  long[] lengths() {
    long[] lengths = new long[rows];
    for (int i = 0; i < mask.length; i++) {
      lengths[i / length] += mask[i];
    }
    return lengths;
  }

  /** Targets of each row, [B]. */
  long[] targetsOfRows() {
    long[] counts = new long[rows];
    for (long row : targetRows) {
      counts[(int) row]++;
    }
    return counts;
  }

  /**
   * The tokens of all rows one after the other, as one row without padding; targets count for the
   * rows that they counted for.
   */
  TokenBatch packed() {
    int[] place = new int[ids.length];
    Arrays.fill(place, -1);
    int count = 0;
    for (int i = 0; i < ids.length; i++) {
      if (mask[i] == 1) {
        place[i] = count++;
      }
    }
    long[] tokens = new long[count];
    for (int i = 0; i < ids.length; i++) {
      if (place[i] >= 0) {
        tokens[place[i]] = ids[i];
      }
    }
    long[] ones = new long[count];
    Arrays.fill(ones, 1);
    long[] moved = Arrays.stream(positions).map(position -> place[(int) position]).toArray();
    if (Arrays.stream(moved).anyMatch(position -> position < 0)) {
      throw new IllegalArgumentException("a target is predicted from a padded position");
    }
    return new TokenBatch(1, count, tokens, ones, moved, targetRows, targets);
  }

  /**
   * Some of the rows, as long as they were.
   *
   * @param which their indices, ascending
   */
  public TokenBatch select(int[] which) {
    long[] someIds = new long[which.length * length];
    long[] someMask = new long[which.length * length];
    List<long[]> scored = new ArrayList<>();
    for (int b = 0; b < which.length; b++) {
      System.arraycopy(ids, which[b] * length, someIds, b * length, length);
      System.arraycopy(mask, which[b] * length, someMask, b * length, length);
      for (int i = 0; i < targets.length; i++) {
        if (targetRows[i] == which[b]) {
          long moved = positions[i] + (long) (b - which[b]) * length;
          scored.add(new long[] {moved, b, targets[i]});
        }
      }
    }
    return new TokenBatch(
        which.length,
        length,
        someIds,
        someMask,
        column(scored, 0),
        column(scored, 1),
        column(scored, 2));
  }

  private static long[] column(List<long[]> rows, int index) {
    return rows.stream().mapToLong(row -> row[index]).toArray();
  }

  /** How many targets are scored. */
  public int targetCount() {
    return targets.length;
  }
}
