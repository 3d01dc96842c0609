package io.sapflow.probe;

import java.text.Normalizer;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Sequences of three letters or digits in texts; whatever is between words counts as one space. */
final class LetterTriples {

  private static final int LENGTH = 3;

  private LetterTriples() {}

  /** Those of a text, in one form of letters, lower case. */
  static Set<String> of(String text) {
    int[] points =
        (" "
                + Normalizer.normalize(text, Normalizer.Form.NFKC)
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{M}\\p{N}]+", " ")
                    .strip()
                + " ")
            .codePoints()
            .toArray();
    Set<String> triples = new HashSet<>();
    for (int i = 0; i + LENGTH <= points.length; i++) {
      triples.add(new String(points, i, LENGTH));
    }
    return triples;
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
