package io.sapflow.toy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Byte-pair merges that make one token of each given word, with and without a blank before it, by
 * the plain rule of BPE (at each place, the earliest merge in the list goes first).
 *
 * <p>The bare words are learnt first, the most frequent pair first, ties in alphabetical order.
 * "Ġword" then needs one more merge: it comes later in the list, so the bare word in it has become
 * one token by then.
 */
final class BytePairs {

  /** Two tokens, written in symbols, that become one. */
  record Merge(String left, String right) {
    String merged() {
      return left + right;
    }
  }

  private static final Comparator<Merge> ALPHABETICAL =
      Comparator.comparing(Merge::left).thenComparing(Merge::right);

  private BytePairs() {}

  /** Merges for the words, earliest first; equal for equal words in any order. */
  static List<Merge> learn(List<String> words) {
    List<List<String>> split = new ArrayList<>();
    for (String word : words) {
      split.add(
          new ArrayList<>(
              ByteSymbols.symbols(word).chars().mapToObj(Character::toString).toList()));
    }
    List<Merge> merges = new ArrayList<>();
    for (Merge next = mostFrequent(split); next != null; next = mostFrequent(split)) {
      merges.add(next);
      for (List<String> word : split) {
        apply(next, word);
      }
    }
    String blank = String.valueOf(ByteSymbols.BLANK);
    split.stream().map(word -> word.get(0)).sorted().forEach(w -> merges.add(new Merge(blank, w)));
    return List.copyOf(merges);
  }

  private static Merge mostFrequent(List<List<String>> split) {
    Map<Merge, Integer> counts = new TreeMap<>(ALPHABETICAL);
    for (List<String> word : split) {
      for (int i = 0; i + 1 < word.size(); i++) {
        counts.merge(new Merge(word.get(i), word.get(i + 1)), 1, Integer::sum);
      }
    }
    Merge best = null;
    for (Map.Entry<Merge, Integer> entry : counts.entrySet()) {
      if (best == null || entry.getValue() > counts.get(best)) {
        best = entry.getKey();
      }
    }
    return best;
  }

  private static void apply(Merge merge, List<String> word) {
    for (int i = 0; i + 1 < word.size(); i++) {
      if (word.get(i).equals(merge.left()) && word.get(i + 1).equals(merge.right())) {
        word.set(i, merge.merged());
        word.remove(i + 1);
      }
    }
  }
}
