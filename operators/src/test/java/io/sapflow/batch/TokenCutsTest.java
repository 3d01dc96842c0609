package io.sapflow.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenCutsTest {

  @ParameterizedTest
  @CsvSource({
    // Two batches of 20 rather than 30 and 10.
    "10 10 10 10, 15, 30, 2 4",
    // The last row alone would be too little: it takes from those before it.
    "8 8 8 8, 10, 24, 2 4",
    // One that is longer than the most goes alone, whatever is left of the least.
    "3 5 90, 10, 20, 2 3",
    // The window has no more.
    "3 5, 10, 20, 2",
    // The most comes before the least.
    "7 7, 10, 12, 1 2"
  })
  void ends_lengths_areCutBetweenLeastAndMost(String lengths, int least, int most, String ends) {
    assertThat(new TokenCuts(least, most).ends(numbers(lengths))).isEqualTo(numbers(ends));
  }

  private static int[] numbers(String text) {
    return Arrays.stream(text.split(" ")).mapToInt(Integer::parseInt).toArray();
  }

  @Test
  void ends_anyLengths_haveNoBatchTooSmallThatAnotherCutWouldSpare() {
    SplittableRandom random = new SplittableRandom(4);
    int spared = 0;
    for (int round = 0; round < 300; round++) {
      int[] lengths = random.ints(1 + random.nextInt(9), 1, 14).sorted().toArray();
      int most = 12 + random.nextInt(20);
      int least = 1 + random.nextInt(most);
      int[] ends = new TokenCuts(least, most).ends(lengths);
      int[] worth = worth(lengths, ends, least, most);
      assertThat(worth).as("within the most: %s", Arrays.toString(lengths)).isNotNull();
      int[] best = worth;
      for (int cuts = 0; cuts < 1 << (lengths.length - 1); cuts++) {
        int[] other = worth(lengths, endsOf(lengths.length, cuts), least, most);
        best = other != null && Arrays.compare(other, best) < 0 ? other : best;
      }
      assertThat(worth).isEqualTo(best);
      spared += worth[0] == 0 ? 1 : 0;
    }
    assertThat(spared).as("the test's own premise").isBetween(100, 299);
  }

  private static int[] endsOf(int length, int cuts) {
    int[] ends = new int[Integer.bitCount(cuts) + 1];
    int at = 0;
    for (int i = 1; i < length; i++) {
      if ((cuts >> (i - 1) & 1) == 1) {
        ends[at++] = i;
      }
    }
    ends[at] = length;
    return ends;
  }

  /** Batches below the least, all batches, squares of their tokens; null if one is too large. */
  private static int[] worth(int[] lengths, int[] ends, int least, int most) {
    int[] worth = {0, ends.length, 0};
    int start = 0;
    for (int end : ends) {
      int tokens = Arrays.stream(lengths, start, end).sum();
      if (tokens > most && end - start > 1) {
        return null;
      }
      worth[0] += tokens < least ? 1 : 0;
      worth[2] += tokens * tokens;
      start = end;
    }
    return worth;
  }

  private static List<List<Integer>> cut(BatchOptions options, List<Integer> window, long counter) {
    return new Batcher(options).cut(window, length -> length, counter);
  }

  @Test
  void cut_leastTokens_keepsEveryItemWhateverTheRows() {
    List<Integer> window = new SplittableRandom(2).ints(80, 5, 200).boxed().toList();
    BatchOptions options = new BatchOptions(80, 8 << 20, 2, 600, 1500, 0.1, 8, 1);
    List<List<Integer>> batches = cut(options, window, 3);
    assertThat(batches.stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(window);
    assertThat(batches)
        .allSatisfy(
            batch -> assertThat(batch.stream().mapToInt(n -> n).sum()).isBetween(600, 1500));
    assertThat(cut(options, window, 3)).isEqualTo(batches);
    assertThat(cut(options, window, 4)).isNotEqualTo(batches);
    assertThat(cut(options.seeded(2), window, 3)).isNotEqualTo(batches);
  }

  @Test
  void cut_noLeast_isAsItWasByRows() {
    List<Integer> window = new SplittableRandom(2).ints(16, 5, 40).boxed().toList();
    BatchOptions options = new BatchOptions(16, 8 << 20, 4, 120, 0.1, 8, 1);
    assertThat(options.leastTokens()).isZero();
    assertThat(cut(options, window, 7))
        .hasToString("[[31, 33, 33], [37, 39], [7, 8, 16, 20], [35, 35, 36], [20, 22, 26, 28]]");
  }

  @Test
  void options_leastAboveTheMost_namesBothKeys() {
    assertThatThrownBy(() -> new BatchOptions(80, 8 << 20, 10, 9000, 8192, 0.1, 8, 1))
        .hasMessage(
            "sapflow.batch.least-tokens: found 9000, expected at most sapflow.batch.tokens, which is"
                + " 8192");
  }
}
