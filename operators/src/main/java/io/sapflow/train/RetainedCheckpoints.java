package io.sapflow.train;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Which checkpoints may still be there: the newest so many that have completed. Only those since
 * the start count, so that none is taken for gone too early. Savepoints are no part of them.
 */
final class RetainedCheckpoints {

  private final int most;
  private final Deque<Long> completed = new ArrayDeque<>();
  private final Set<Long> savepoints = new HashSet<>();

  /**
   * None yet.
   *
   * @param most how many are retained
   */
  RetainedCheckpoints(int most) {
    this.most = most;
  }

  /** The snapshot of this number is a savepoint. */
  void savepoint(long id) {
    savepoints.add(id);
  }

  /** A snapshot was not completed; returns whether it was a savepoint. */
  boolean aborted(long id) {
    return savepoints.remove(id);
  }

  /** A snapshot has completed. */
  void completed(long id) {
    if (savepoints.remove(id)) {
      return;
    }
    completed.addLast(id);
    while (completed.size() > most) {
      completed.removeFirst();
    }
    savepoints.removeIf(savepoint -> savepoint < id);
  }

  /** The oldest one that is retained; empty while one from before the start may be. */
  OptionalLong oldest() {
    return completed.size() < most ? OptionalLong.empty() : OptionalLong.of(completed.getFirst());
  }
}
