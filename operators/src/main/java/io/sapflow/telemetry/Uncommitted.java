package io.sapflow.telemetry;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What no complete checkpoint holds yet, in the order of each signal, within a bound. For one
 * thread.
 */
final class Uncommitted {

  private static final long NONE = Long.MAX_VALUE;

  /** An item and the checkpoint that was the first to hold it. */
  private record Held(TelemetryItem item, long checkpoint) {
    Held by(long another) {
      return new Held(item, Math.min(checkpoint, another));
    }
  }

  private final int most;
  private final Map<Signal, Deque<Held>> held = new EnumMap<>(Signal.class);

  /** None yet, and never more than {@code most} of a signal. */
  Uncommitted(int most) {
    this.most = most;
    for (Signal signal : Signal.values()) {
      held.put(signal, new ArrayDeque<>());
    }
  }

  /** Takes one; returns how many older ones had to go for it. */
  int add(TelemetryItem item) {
    Deque<Held> same = held.get(item.signal());
    same.add(new Held(item, NONE));
    return same.size() > most && same.poll() != null ? 1 : 0;
  }

  /** Notes that a checkpoint holds all. */
  List<TelemetryItem> heldBy(long checkpoint) {
    held.replaceAll(
        (signal, all) -> new ArrayDeque<>(all.stream().map(each -> each.by(checkpoint)).toList()));
    return held.values().stream().flatMap(Deque::stream).map(Held::item).toList();
  }

  /** Gives away what a checkpoint holds that is complete. */
  List<TelemetryItem> completed(long checkpoint) {
    List<TelemetryItem> items = new ArrayList<>();
    for (Deque<Held> all : held.values()) {
      while (!all.isEmpty() && all.peek().checkpoint() <= checkpoint) {
        items.add(all.poll().item());
      }
    }
    return items;
  }
}
