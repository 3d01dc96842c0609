package io.sapflow.toy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.random.RandomGenerator;

/**
 * All how-to questions of one use: the (verb, object) pairs that belong to it, each in 63
 * variations.
 */
final class HowTos {
  private static final int MANNERS = ToyVocabulary.MANNERS.size() + 1;
  private static final int PLACES = ToyVocabulary.PLACES.size() + 1;

  /** Variations of one (verb, object) pair: with or without a manner, with or without a place. */
  static final int VARIATIONS = MANNERS * PLACES;

  /** Says whether a (verb, object) pair belongs to a use. */
  interface Filter {
    boolean holds(int verb, int object);
  }

  private final HowTo.Kind kind;
  private final List<int[]> pairs = new ArrayList<>();

  HowTos(HowTo.Kind kind, Filter filter) {
    this.kind = kind;
    for (int verb = 0; verb < kind.verbs.size(); verb++) {
      for (int object = 0; object < kind.objects.size(); object++) {
        if (filter.holds(verb, object)) {
          pairs.add(new int[] {verb, object});
        }
      }
    }
  }

  /** Number of different questions. */
  int size() {
    return pairs.size() * VARIATIONS;
  }

  /** Number of different (verb, object) pairs. */
  int pairs() {
    return pairs.size();
  }

  /**
   * Deals {@code n} questions in random order. The first {@link #size()} are all different and
   * begin with every (verb, object) pair once, then every pair once more, and so on; after that it
   * goes round again in another order. The first n of a longer deal are the deal of n.
   */
  List<HowTo> deal(RandomGenerator random, int n) {
    List<HowTo> dealt = new ArrayList<>(n);
    while (dealt.size() < n) {
      int[][] variations = new int[pairs.size()][];
      for (int pair = 0; pair < variations.length; pair++) {
        variations[pair] = shuffled(random, VARIATIONS);
      }
      for (int round = 0; round < VARIATIONS && dealt.size() < n; round++) {
        int turn = round;
        deal(shuffled(random, pairs.size()), pair -> variations[pair][turn], n, dealt);
      }
    }
    return dealt;
  }

  private void deal(int[] order, IntUnaryOperator variation, int n, List<HowTo> dealt) {
    for (int pair : order) {
      if (dealt.size() < n) {
        dealt.add(question(pairs.get(pair), variation.applyAsInt(pair)));
      }
    }
  }

  private HowTo question(int[] pair, int variation) {
    return new HowTo(kind, pair[0], pair[1], variation / PLACES - 1, variation % PLACES - 1);
  }

  private static int[] shuffled(RandomGenerator random, int size) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
