package io.sapflow.telemetry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Items between the job's thread and the one that posts them, within a bound. One that is posted
 * stays until it is known what became of it. Neither thread waits for the other's work.
 */
final class OtlpQueue {

  /** An item and when it came, epoch milliseconds. */
  private record Entry(TelemetryItem item, long since) {}

  private final int most;
  private final int batch;
  private final List<Entry> entries = new ArrayList<>();

  /**
   * An empty one.
   *
   * @param most items that it holds; the oldest go where there are more
   * @param batch the most items that are posted together
   */
  OtlpQueue(int most, int batch) {
    this.most = most;
    this.batch = batch;
  }

  /** Puts items in; returns how many older ones had to go. */
  synchronized int add(List<TelemetryItem> items, long now) {
    items.forEach(item -> entries.add(new Entry(item, now)));
    int gone = Math.max(0, entries.size() - most);
    entries.subList(0, gone).clear();
    notifyAll();
    return gone;
  }

  /** The next to post, in their order; waits until there is one. */
  synchronized List<TelemetryItem> next() throws InterruptedException {
    while (entries.isEmpty()) {
      wait();
    }
    return entries.stream().map(Entry::item).limit(batch).toList();
  }

  /** Takes out what is done with. */
  synchronized void remove(Collection<TelemetryItem> items) {
    // Two items may be equal; each goes by itself.
    Set<TelemetryItem> done = Collections.newSetFromMap(new IdentityHashMap<>());
    done.addAll(items);
    entries.removeIf(entry -> done.contains(entry.item()));
    notifyAll();
  }

  /** Takes out what came before a time; returns how many. */
  synchronized int removeBefore(long time) {
    int before = entries.size();
    entries.removeIf(entry -> entry.since() < time);
    return before - entries.size();
  }

  /** All that is in it. */
  synchronized List<TelemetryItem> all() {
    return entries.stream().map(Entry::item).toList();
  }

  /** Waits until nothing is in it, but not for long. */
  synchronized void awaitEmpty(Duration most) throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    long left = most.toMillis();
    while (!entries.isEmpty() && left > 0) {
      wait(left);
      left = Duration.ofNanos(end - System.nanoTime()).toMillis();
    }
  }
}
