package io.sapflow.probe;

import java.util.HashSet;
import java.util.Set;

/**
 * Runs of letters and digits in texts, over words' ends, whatever parts the words counting as one
 * space: of five, and of two where a letter is a word or half of one.
 */
final class LetterRuns {

  private static final int LONG = 5;
  private static final int SHORT = 2;

  private LetterRuns() {}

  /** Those of a text, in one form of letters, lower case. */
  static Set<String> of(String text) {
    int[] points =
        (" " + Letters.plain(text).replaceAll("[^\\p{L}\\p{M}\\p{N}]+", " ").strip() + " ")
            .codePoints()
            .toArray();
    Set<String> runs = new HashSet<>();
    for (int i = 0; i < points.length; i++) {
      int length = Letters.isDense(points[i]) ? SHORT : LONG;
      if (i + length <= points.length) {
        runs.add(new String(points, i, length));
      }
    }
    return runs;
  }

  /**
   * Those that set a reference apart.
   *
   * @param other what it is set apart from
   * @param asked what an answer has from its prompt
   */
  static Set<String> own(Set<String> reference, Set<String> other, Set<String> asked) {
    Set<String> own = new HashSet<>(reference);
    own.removeAll(other);
    own.removeAll(asked);
    return own;
  }

  /** The share of some that are in a text, 0 to 1; 0 of none. */
  static double share(Set<String> text, Set<String> some) {
    return some.isEmpty() ? 0 : (double) some.stream().filter(text::contains).count() / some.size();
  }
}
