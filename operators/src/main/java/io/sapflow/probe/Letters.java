package io.sapflow.probe;

import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What the judges that need no server go by when they compare texts. */
final class Letters {

  /** Scripts that put nothing between words, or endings right behind them. */
  private static final Set<UnicodeScript> DENSE =
      EnumSet.of(
          UnicodeScript.HAN, UnicodeScript.HIRAGANA, UnicodeScript.KATAKANA, UnicodeScript.HANGUL);

  private Letters() {}

  /** A text in one form of letters, lower case. */
  static String plain(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
  }

  /** Whether a code point is a word or half of one, with none of a word's ends around it. */
  static boolean isDense(int point) {
    return DENSE.contains(UnicodeScript.of(point));
  }
}
