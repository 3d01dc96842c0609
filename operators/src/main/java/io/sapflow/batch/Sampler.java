package io.sapflow.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Draws from a list as a function of a seed and a counter, so that a restored job draws the same
 * again.
 */
public final class Sampler {

  /** Keeps draws for one purpose apart from those for another at the same counter. */
  public enum Purpose {
    DIRECTION,
    REPLAY
  }

  private final long seed;

  /** A sampler with this seed. */
  public Sampler(long seed) {
    this.seed = seed;
  }

  /** Draws {@code count} items without repetition while there are enough, in random order. */
  public <T> List<T> draw(List<T> items, int count, long counter, Purpose purpose) {
    SplittableRandom random =
        new SplittableRandom(
            seed ^ Long.rotateLeft(counter, 24) ^ Long.rotateLeft(purpose.ordinal() + 1L, 56));
    List<T> drawn = new ArrayList<>(count);
    List<T> left = new ArrayList<>();
    while (drawn.size() < count && !items.isEmpty()) {
      if (left.isEmpty()) {
        left.addAll(items);
      }
      int at = random.nextInt(left.size());
      drawn.add(left.get(at));
      left.set(at, left.get(left.size() - 1));
      left.remove(left.size() - 1);
    }
    return drawn;
  }
}
