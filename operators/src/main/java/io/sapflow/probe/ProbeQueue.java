package io.sapflow.probe;

import io.sapflow.schema.AdapterVersion;
import io.sapflow.train.Turns;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Whose turn it is to be probed. One version is probed at a time; of each adapter at most one
 * waits, since a newer one supersedes it. Adapters take turns, and however many new ones wait, one
 * that is served waits for no more than one of their versions.
 */
public final class ProbeQueue {

  private static final String UNTRAINED = "0-"; // versions are named by their steps

  private final Map<String, AdapterVersion> waiting = new HashMap<>();
  private final Turns turns = new Turns(0);
  private final Deque<AdapterVersion> resumed = new ArrayDeque<>();
  private AdapterVersion probing;

  /**
   * Lets a version wait.
   *
   * @return the version of the same adapter that waited until now, or null
   */
  public AdapterVersion offer(AdapterVersion version) {
    // A newer version keeps its adapter's place.
    turns.waits(version.getAdapterId(), isServed(version.getParent()));
    return waiting.put(version.getAdapterId(), version);
  }

  /** Whether what was promoted when a version was made had been trained. */
  private static boolean isServed(String parent) {
    return parent != null && !parent.startsWith(UNTRAINED);
  }

  /** Lets a version whose probe a failure cut short come before all that wait. */
  public void resume(AdapterVersion version) {
    resumed.add(version);
  }

  /** Takes the version whose turn it is; null if one is being probed, or none waits. */
  public AdapterVersion next() {
    if (probing != null) {
      return null;
    }
    if (!resumed.isEmpty()) {
      probing = resumed.poll();
      return probing;
    }
    String adapterId = turns.next();
    if (adapterId == null) {
      return null;
    }
    turns.took(adapterId, 1);
    probing = waiting.remove(adapterId);
    return probing;
  }

  /** The version that was being probed is done. */
  public void done() {
    probing = null;
  }

  /** How many versions are being probed or wait. */
  public int size() {
    return (probing == null ? 0 : 1) + resumed.size() + waiting.size();
  }

  /** Whether nothing is being probed and nothing waits. */
  public boolean isEmpty() {
    return size() == 0;
  }
}
