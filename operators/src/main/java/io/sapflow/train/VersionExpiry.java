package io.sapflow.train;

import io.sapflow.adapter.VersionRetention;
import java.io.IOException;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Expires versions that neither the present state nor a retained checkpoint nor a savepoint may
 * roll back to, once a checkpoint has completed.
 *
 * <p>What it deletes was made before the oldest retained checkpoint, so whoever goes on from one
 * never writes it again: neither a replay nor a task that does not know yet that it was replaced
 * meets the other's versions. A deletion that fails is tried again with the next checkpoint.
 */
final class VersionExpiry {

  private static final Logger LOG = LoggerFactory.getLogger(VersionExpiry.class);

  /** The saved histories of adapters. */
  interface Histories {
    /** One that was put; else {@link RollbackHistory#NONE}. */
    RollbackHistory get(String adapterId) throws Exception;

    /** Saves one. */
    void put(String adapterId, RollbackHistory history) throws Exception;
  }

  private final VersionRetention retention;
  private final RetainedCheckpoints retained;
  private final Histories histories;
  private final Set<String> changed = new TreeSet<>();
  private long lastSnapshot;

  /**
   * With nothing to expire yet.
   *
   * @param restoredCheckpoint number of the checkpoint that the job goes on from; 0 for none
   */
  VersionExpiry(
      VersionRetention retention,
      RetainedCheckpoints retained,
      long restoredCheckpoint,
      Histories histories) {
    this.retention = retention;
    this.retained = retained;
    this.lastSnapshot = restoredCheckpoint;
    this.histories = histories;
  }

  /** Whether an adapter has no history: it is fresh, or was saved before there were any. */
  boolean knowsNothingOf(String adapterId) throws Exception {
    return histories.get(adapterId).targets().isEmpty();
  }

  /** An adapter was loaded: without a history, every checkpoint may need what it knows. */
  void loaded(String adapterId, long step, Collection<String> versions) throws Exception {
    if (knowsNothingOf(adapterId)) {
      histories.put(adapterId, RollbackHistory.NONE.with(0, step, versions));
    }
  }

  /** An adapter is saved: from the next snapshot on, a rollback may go to these versions. */
  void saved(String adapterId, long step, Collection<String> versions) throws Exception {
    RollbackHistory before = histories.get(adapterId);
    RollbackHistory after = before.with(lastSnapshot + 1, step, versions).since(retained.oldest());
    if (!after.equals(before)) {
      histories.put(adapterId, after);
      changed.add(adapterId);
    }
  }

  /** A snapshot has all that was saved. */
  void snapshot(long id) {
    lastSnapshot = Math.max(lastSnapshot, id);
  }

  /**
   * The snapshot is a savepoint: what it needs stays, however old it grows.
   *
   * @throws IOException if that cannot be written; the savepoint must not be then
   */
  void savepoint(long id, String pin, Collection<String> adapterIds) throws Exception {
    retained.savepoint(id);
    TreeMap<String, List<String>> versions = new TreeMap<>();
    for (String adapterId : adapterIds) {
      versions.put(adapterId, histories.get(adapterId).latest());
    }
    if (!versions.isEmpty()) {
      retention.pin(pin, versions);
    }
  }

  /** A snapshot was not completed. */
  void aborted(long id, String pin) {
    if (retained.aborted(id)) {
      try {
        retention.unpin(pin);
      } catch (IOException e) {
        LOG.warn("the pin {} of a savepoint that was aborted stays: {}", pin, e.toString());
      }
    }
  }

  /** A snapshot is complete: what no checkpoint from the oldest retained one on needs goes. */
  void completed(long id) throws Exception {
    retained.completed(id);
    OptionalLong oldest = retained.oldest();
    if (oldest.isEmpty()) {
      return;
    }
    for (Iterator<String> each = changed.iterator(); each.hasNext(); ) {
      String adapterId = each.next();
      RollbackHistory history = histories.get(adapterId);
      if (expire(adapterId, history.needed(oldest.getAsLong()))
          && !history.changesAfter(oldest.getAsLong())) {
        each.remove();
      }
    }
  }

  /** Returns whether all that may go is gone. */
  private boolean expire(String adapterId, RollbackHistory.Needed needed) {
    if (needed == null) {
      return false;
    }
    try {
      List<String> expired = retention.expire(adapterId, needed.step(), needed.versions());
      if (!expired.isEmpty()) {
        LOG.info("adapter {}: versions {} have expired", adapterId, expired);
      }
      return true;
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "adapter {}: its old versions could not be deleted, which is tried again: {}",
          adapterId,
          e.toString());
      return false;
    }
  }
}
