package io.sapflow.train;

import io.sapflow.schema.RollbackBook;
import io.sapflow.schema.RollbackTargets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which versions of an adapter a rollback may go to, from its present state and from the states of
 * checkpoints. Immutable.
 *
 * @param targets oldest checkpoints first
 */
record RollbackHistory(List<RollbackTargets> targets) {

  /** Of an adapter of which no snapshot holds anything. */
  static final RollbackHistory NONE = new RollbackHistory(List.of());

  RollbackHistory {
    targets = List.copyOf(targets);
  }

  /**
   * What must stay while checkpoints from some number on may be gone back to.
   *
   * @param step what is made after any of these checkpoints has this step or a later one
   * @param versions what a rollback from them, or from any later state, may go to
   */
  record Needed(long step, Set<String> versions) {}

  static RollbackHistory of(RollbackBook book) {
    return new RollbackHistory(book.getTargets());
  }

  RollbackBook toBook() {
    return new RollbackBook(targets);
  }

  /**
   * With what checkpoints need from now on.
   *
   * @param fromCheckpoint the number that the next checkpoint has at least
   * @param step of the trainer
   * @param versions what a rollback may go to
   */
  RollbackHistory with(long fromCheckpoint, long step, Collection<String> versions) {
    List<String> sorted = versions.stream().sorted().toList();
    if (!targets.isEmpty() && last().getVersions().equals(sorted)) {
      return this;
    }
    List<RollbackTargets> next = new ArrayList<>(targets);
    if (!targets.isEmpty() && last().getFromCheckpoint() >= fromCheckpoint) {
      // No checkpoint lies between, as far as numbers tell: both are taken for needed by the next.
      Set<String> both = new TreeSet<>(last().getVersions());
      both.addAll(versions);
      long from = last().getFromCheckpoint();
      next.set(next.size() - 1, new RollbackTargets(from, last().getStep(), List.copyOf(both)));
    } else {
      next.add(new RollbackTargets(fromCheckpoint, step, sorted));
    }
    return new RollbackHistory(next);
  }

  /** Without what only checkpoints before the oldest retained one need. */
  RollbackHistory since(OptionalLong oldestRetained) {
    int first = oldestRetained.isEmpty() ? -1 : index(oldestRetained.getAsLong());
    return first <= 0 ? this : new RollbackHistory(targets.subList(first, targets.size()));
  }

  /** What must stay; null if the oldest retained checkpoint does not know the adapter. */
  Needed needed(long oldestRetained) {
    int first = index(oldestRetained);
    if (first < 0) {
      return null;
    }
    Set<String> versions = new TreeSet<>();
    targets.subList(first, targets.size()).forEach(each -> versions.addAll(each.getVersions()));
    return new Needed(targets.get(first).getStep(), versions);
  }

  /** Whether later checkpoints need something else than this one. */
  boolean changesAfter(long checkpoint) {
    return !targets.isEmpty() && last().getFromCheckpoint() > checkpoint;
  }

  /** What a rollback from the next checkpoint may go to. */
  List<String> latest() {
    return targets.isEmpty() ? List.of() : last().getVersions();
  }

  private RollbackTargets last() {
    return targets.get(targets.size() - 1);
  }

  /** Of the entry that a checkpoint falls under; -1 for none. */
  private int index(long checkpoint) {
    int found = -1;
    for (int i = 0; i < targets.size(); i++) {
      if (targets.get(i).getFromCheckpoint() <= checkpoint) {
        found = i;
      }
    }
    return found;
  }
}
