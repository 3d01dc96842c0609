package io.sapflow.train;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Arrays for blocks, used again once nobody reads their block any more.
 *
 * <p>A block that state held may be read by every snapshot that began while it was there, in the
 * background and by several at once (a savepoint over a checkpoint). Its array is used again when
 * all of these are known to be complete. Of a snapshot that was aborted, or that a later one
 * overtook, nobody knows when its writing ends: arrays that it may read are left to the garbage
 * collector. Snapshots are numbered upward from zero. Not thread-safe.
 */
final class BlockPool {

  /** No snapshot; blocks that were read from state are as old as this. */
  static final long NONE = -1;

  /** Of more snapshots at once, the oldest counts as overtaken. */
  private static final int MOST_INCOMPLETE = 8;

  private final Map<Integer, Deque<byte[]>> spare = new HashMap<>();
  private final Map<Integer, Integer> taken = new HashMap<>();
  private final List<Waiting> waiting = new ArrayList<>();
  private final NavigableSet<Long> incomplete = new TreeSet<>();
  private long newest = NONE;
  private long lost = NONE;

  /** An array that the snapshots after {@code born}, up to {@code last}, may read. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Waiting(byte[] array, long born, long last) {}

  /** An array of exactly this length, of any content. */
  byte[] take(int length) {
    taken.merge(length, 1, Integer::sum);
    Deque<byte[]> arrays = spare.get(length);
    return arrays == null || arrays.isEmpty() ? new byte[length] : arrays.pop();
  }

  /** A block on a whole array, for the snapshots to come. */
  TensorBlock block(byte[] array) {
    return new TensorBlock(array, array.length, newest);
  }

  /** Takes back the array of a block that state does not hold any more, or never did. */
  void release(TensorBlock block) {
    if (block.length() == block.array().length) {
      waiting.add(new Waiting(block.array(), block.born(), newest));
      settle(waiting.size() - 1);
    }
  }

  /** Every block in state may be read by this snapshot from now on. */
  void snapshotBegins(long id) {
    newest = id;
    incomplete.add(id);
    if (incomplete.size() > MOST_INCOMPLETE) {
      lose(incomplete.first());
    }
    // What was not needed since the last snapshot will hardly be needed until the next.
    spare.forEach(
        (length, arrays) -> {
          while (arrays.size() > taken.getOrDefault(length, 0)) {
            arrays.pop();
          }
        });
    taken.clear();
  }

  /** The snapshot is written. */
  void snapshotCompleted(long id) {
    incomplete.remove(id);
    Long overtaken = incomplete.lower(id);
    if (overtaken != null) {
      lose(overtaken);
    }
    settle(0);
  }

  /** The snapshot is not wanted any more; it may still be being written. */
  void snapshotAborted(long id) {
    if (incomplete.contains(id)) {
      lose(id);
      settle(0);
    }
  }

  private void lose(long id) {
    incomplete.headSet(id, true).clear();
    lost = Math.max(lost, id);
  }

  /** Looks at the waiting arrays from an index on. */
  private void settle(int from) {
    for (Iterator<Waiting> each = waiting.listIterator(from); each.hasNext(); ) {
      Waiting array = each.next();
      boolean unknown = array.born() < lost;
      if (unknown || incomplete.subSet(array.born(), false, array.last(), true).isEmpty()) {
        each.remove();
        if (!unknown) {
          spare
              .computeIfAbsent(array.array().length, length -> new ArrayDeque<>())
              .push(array.array());
        }
      }
    }
  }
}
