package io.sapflow.batch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToIntFunction;

/** Cuts a window of examples into batches of similar length. */
public final class Batcher {

  private final BatchOptions options;

  /** A batcher with these settings. */
  public Batcher(BatchOptions options) {
    this.options = options;
  }

  /**
   * Sorts by length (equal lengths in order of arrival), cuts by row and token budget, or between
   * the least and the most of tokens, and shuffles the batches, lest every window trains from short
   * to long.
   *
   * @param window in order of arrival
   * @param length of an item in tokens
   * @param counter tells windows apart: the same window with the same counter gives the same
   *     batches
   */
  public <T> List<List<T>> cut(List<T> window, ToIntFunction<T> length, long counter) {
    List<T> sorted = new ArrayList<>(window);
    sorted.sort(Comparator.comparingInt(length));
    List<List<T>> batches =
        options.leastTokens() > 0 ? byTokens(sorted, length) : byRows(sorted, length);
    shuffle(batches, new SplittableRandom(options.seed() ^ Long.rotateLeft(counter, 32)));
    return batches;
  }

  private <T> List<List<T>> byTokens(List<T> sorted, ToIntFunction<T> length) {
    int[] lengths = sorted.stream().mapToInt(length).toArray();
    List<List<T>> batches = new ArrayList<>();
    int start = 0;
    for (int end : new TokenCuts(options.leastTokens(), options.tokens()).ends(lengths)) {
      batches.add(new ArrayList<>(sorted.subList(start, end)));
      start = end;
    }
    return batches;
  }

  private <T> List<List<T>> byRows(List<T> sorted, ToIntFunction<T> length) {
    List<List<T>> batches = new ArrayList<>();
    List<T> batch = new ArrayList<>();
    for (T item : sorted) {
      // The newest is the longest: it sets the padded width of all.
      boolean full =
          batch.size() == options.rows()
              || (batch.size() + 1L) * length.applyAsInt(item) > options.tokens();
      if (full && !batch.isEmpty()) {
        batches.add(batch);
        batch = new ArrayList<>();
      }
      batch.add(item);
    }
    if (!batch.isEmpty()) {
      batches.add(batch);
    }
    return batches;
  }

  private static <T> void shuffle(List<T> items, SplittableRandom random) {
    for (int i = items.size() - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      T item = items.get(i);
      items.set(i, items.get(j));
      items.set(j, item);
    }
  }
}
