package io.sapflow.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/**
 * The adapters of a subtask that are in native memory. When there are too many, or they take too
 * much of the heap, the least recently used one is saved and closed; it comes back when it is used
 * again, with the same bits. The work of each call depends on what has changed, not on how many
 * adapters there are.
 *
 * @param <T> a live adapter
 */
final class LiveAdapters<T extends AutoCloseable> implements AutoCloseable {

  /** Where adapters are while they are not live. */
  interface Saved<T> {

    /** An adapter as it was saved, or a fresh one. */
    T load(String adapterId) throws Exception;

    /** Saves what has changed since the last time. */
    void save(String adapterId, T adapter) throws Exception;

    /** An adapter is in state alone from now on. */
    void left(String adapterId);
  }

  /** What it took of the heap when it had been used. */
  private record Live<T>(T adapter, long usedAt, long heapBytes) {}

  private final int most;
  private final long idleMillis;
  private final LongSupplier clock;
  private final long mostHeapBytes;
  private final ToLongFunction<T> heapBytes;
  private final Saved<T> saved;
  private long allHeapBytes;
  private String inUse;

  /** Least recently used first. */
  private final Map<String, Live<T>> live = new LinkedHashMap<>();

  private final Set<String> usedSinceSave = new LinkedHashSet<>();

  /**
   * None live.
   *
   * @param most how many may be live at once, at least one
   * @param clock milliseconds; decides only when idle adapters are let go
   * @param mostHeapBytes of all that are live; the one in use may take more
   * @param heapBytes what one takes
   */
  LiveAdapters(
      int most,
      long idleMillis,
      LongSupplier clock,
      long mostHeapBytes,
      ToLongFunction<T> heapBytes,
      Saved<T> saved) {
    this.most = most;
    this.idleMillis = idleMillis;
    this.clock = clock;
    this.mostHeapBytes = mostHeapBytes;
    this.heapBytes = heapBytes;
    this.saved = saved;
  }

  /** An adapter, live until another one is used. */
  T use(String adapterId) throws Exception {
    weigh();
    Live<T> found = live.remove(adapterId);
    if (found == null) {
      while (live.size() >= most) {
        letGo(live.keySet().iterator().next());
      }
    }
    T adapter = found == null ? saved.load(adapterId) : found.adapter();
    long before = found == null ? 0 : found.heapBytes();
    live.put(adapterId, new Live<>(adapter, clock.getAsLong(), before));
    inUse = adapterId;
    usedSinceSave.add(adapterId);
    while (allHeapBytes > mostHeapBytes && live.size() > 1) {
      letGo(live.keySet().iterator().next());
    }
    return adapter;
  }

  /** Notes what the adapter that was used last takes of the heap now. */
  private void weigh() {
    Live<T> used = inUse == null ? null : live.get(inUse);
    if (used != null) {
      long now = heapBytes.applyAsLong(used.adapter());
      allHeapBytes += now - used.heapBytes();
      live.replace(inUse, new Live<>(used.adapter(), used.usedAt(), now));
    }
    inUse = null;
  }

  /** The ids of those that are live; some may never have been saved. */
  List<String> ids() {
    return new ArrayList<>(live.keySet());
  }

  /** An adapter, if it is live; that does not count as use. */
  Optional<T> find(String adapterId) {
    return Optional.ofNullable(live.get(adapterId)).map(Live::adapter);
  }

  boolean contains(String adapterId) {
    return live.containsKey(adapterId);
  }

  /** Saves all that has changed, then lets go of those that nobody has used for long. */
  void saveAll() throws Exception {
    for (String adapterId : usedSinceSave) {
      saved.save(adapterId, live.get(adapterId).adapter());
    }
    usedSinceSave.clear();
    long now = clock.getAsLong();
    while (!live.isEmpty() && now - live.values().iterator().next().usedAt() >= idleMillis) {
      letGo(live.keySet().iterator().next());
    }
  }

  private void letGo(String adapterId) throws Exception {
    T adapter = live.get(adapterId).adapter();
    if (usedSinceSave.remove(adapterId)) {
      saved.save(adapterId, adapter);
    }
    allHeapBytes -= live.remove(adapterId).heapBytes();
    adapter.close();
    saved.left(adapterId);
  }

  /** Closes them without saving. */
  @Override
  public void close() throws Exception {
    for (Live<T> each : live.values()) {
      each.adapter().close();
    }
    live.clear();
    allHeapBytes = 0;
    usedSinceSave.clear();
  }
}
