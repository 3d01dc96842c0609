package io.sapflow.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A generated answer.
 *
 * @param tokens without the end token
 * @param ended whether an end token ended it; else it was cut at the length there was room for
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, not compared
public record Generated(int[] tokens, boolean ended) {

  /** Splits [rows * length] tokens into rows, each cut at its first end token. */
  static List<Generated> split(long[] tokens, int rows, Set<Integer> ends) {
    int length = tokens.length / rows;
    List<Generated> answers = new ArrayList<>(rows);
    for (int row = 0; row < rows; row++) {
      int[] answer =
          Arrays.stream(tokens, row * length, (row + 1) * length)
              .mapToInt(Math::toIntExact)
              .toArray();
      int end = 0;
      while (end < answer.length && !ends.contains(answer[end])) {
        end++;
      }
      answers.add(new Generated(Arrays.copyOf(answer, end), end < answer.length));
    }
    return answers;
  }
}
