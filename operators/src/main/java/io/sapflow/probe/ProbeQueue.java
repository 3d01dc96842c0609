package io.sapflow.probe;

import io.sapflow.schema.AdapterVersion;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Whose turn it is to be probed. One version is probed at a time; of each adapter at most one
 * waits, since a newer one supersedes it.
 */
public final class ProbeQueue {

  private final Map<String, AdapterVersion> waiting = new LinkedHashMap<>();
  private final Deque<AdapterVersion> resumed = new ArrayDeque<>();
  private AdapterVersion probing;

  /**
   * Lets a version wait.
   *
   * @return the version of the same adapter that waited until now, or null
   */
  public AdapterVersion offer(AdapterVersion version) {
    // A newer version keeps its adapter's place in the queue.
    return waiting.put(version.getAdapterId(), version);
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
    if (waiting.isEmpty()) {
      return null;
    }
    String first = waiting.keySet().iterator().next();
    probing = waiting.remove(first);
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
