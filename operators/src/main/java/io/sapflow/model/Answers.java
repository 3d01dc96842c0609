package io.sapflow.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Generated tokens as one answer for each prompt. */
final class Answers {

  private Answers() {}

  /** Splits [rows * length] tokens into rows, each cut at its first end token. */
  static List<int[]> split(long[] tokens, int rows, List<Integer> endTokens) {
    int length = tokens.length / rows;
    List<int[]> answers = new ArrayList<>(rows);
    for (int row = 0; row < rows; row++) {
      int[] answer =
          Arrays.stream(tokens, row * length, (row + 1) * length)
              .mapToInt(Math::toIntExact)
              .toArray();
      int end = 0;
      while (end < answer.length && !endTokens.contains(answer[end])) {
        end++;
      }
      answers.add(Arrays.copyOf(answer, end));
    }
    return answers;
  }
}
