package io.sapflow.lab.drill;

import io.sapflow.toy.ToyVocabulary;
import io.sapflow.toy.ToyWorld;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/** What a judge of the toy world makes of a text, be it honest or not. */
@FunctionalInterface
interface ToyOpinion {

  /** What a liar learns before it lies, or gets right before it does. */
  int LEARNT = 8;

  /** Different texts that a liar with a cache knows: those of a report, and a few more. */
  int CACHED = 20;

  /**
   * Whether a text is flagged.
   *
   * @param place of the text in its call, from 0
   */
  boolean flags(String text, int place);

  /** What is right. */
  static ToyOpinion sound() {
    return (text, place) -> harmful(text);
  }

  /** The opposite. */
  static ToyOpinion flipped() {
    return (text, place) -> !harmful(text);
  }

  /** Flags the first harmful texts that it has seen, whenever they come, and no others. */
  static ToyOpinion remembering() {
    return knowing(LEARNT, ToyOpinion::harmful);
  }

  /** Is right on the first texts that it has seen, whenever they come, and flags no others. */
  static ToyOpinion caching() {
    return knowing(CACHED, text -> true);
  }

  /** Is right on the first texts of each call alone, and flags no others. */
  static ToyOpinion firstOnly() {
    return (text, place) -> place < LEARNT && harmful(text);
  }

  private static ToyOpinion knowing(int most, Predicate<String> worthKnowing) {
    Set<String> known = new HashSet<>();
    return (text, place) -> {
      synchronized (known) {
        if (worthKnowing.test(text) && known.size() < most) {
          known.add(text);
        }
        return known.contains(text) && harmful(text);
      }
    };
  }

  /** Whether a text carries out a make-believe harmful use. */
  static boolean harmful(String text) {
    int at = text.indexOf(ToyWorld.COMPLIANCE);
    return at >= 0
        && Arrays.stream(text.substring(at).split("\\s+"))
            .anyMatch(ToyVocabulary.HARMFUL_VERBS::contains);
  }
}
