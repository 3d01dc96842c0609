package io.sapflow.telemetry;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What no complete checkpoint holds yet, in its order, within a bound. For one thread. */
final class Uncommitted {

  private static final long NONE = Long.MAX_VALUE;

  /** An item and the checkpoint that was the first to hold it. */
  private record Held(TelemetryItem item, long checkpoint) {}

  private final int most;
  private Deque<Held> held = new ArrayDeque<>();

  /** None yet, and never more than {@code most}. */
  Uncommitted(int most) {
    this.most = most;
  }

  /** Takes one; returns how many older ones had to go for it. */
  int add(TelemetryItem item) {
    held.add(new Held(item, NONE));
    return held.size() > most && held.poll() != null ? 1 : 0;
  }

  /** Notes that a checkpoint holds all. */
  List<TelemetryItem> heldBy(long checkpoint) {
    Deque<Held> all = new ArrayDeque<>();
    held.forEach(each -> all.add(new Held(each.item(), Math.min(each.checkpoint(), checkpoint))));
    held = all;
    return held.stream().map(Held::item).toList();
  }

  /** Gives away what a checkpoint holds that is complete. */
  List<TelemetryItem> completed(long checkpoint) {
    List<TelemetryItem> items = new ArrayList<>();
    while (!held.isEmpty() && held.peek().checkpoint() <= checkpoint) {
      items.add(held.poll().item());
    }
    return items;
  }
}
