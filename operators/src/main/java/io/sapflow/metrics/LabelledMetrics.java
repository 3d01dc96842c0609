package io.sapflow.metrics;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Metrics for each value of a label, for a bounded number of values. Those that come first have
 * metrics of their own; where there is no room, a value that has not been used for ten minutes
 * gives its own up, and others share one place. For one thread.
 *
 * @param <T> what is registered for a value
 */
public final class LabelledMetrics<T> {

  static final long IDLE_MILLIS = Duration.ofMinutes(10).toMillis();

  /** Flink keeps a name of every group that has ended: so often may a place change hands. */
  static final int HANDS = 50;

  private record Used<T>(GroupMetrics group, T metrics, long at) {}

  private final GroupMetrics parent;
  private final Label label;
  private final int most;
  private final Function<GroupMetrics, T> making;
  private final LongSupplier clock;
  private int made;
  private T others;

  /** Least recently used first. */
  private final Map<String, Used<T>> used = new LinkedHashMap<>();

  /** Metrics with this clock, in milliseconds. */
  LabelledMetrics(
      GroupMetrics parent,
      Label label,
      int most,
      Function<GroupMetrics, T> making,
      LongSupplier clock) {
    this.parent = parent;
    this.label = label;
    this.most = most;
    this.making = making;
    this.clock = clock;
  }

  /**
   * By adapter.
   *
   * @param subtasks among which a job's adapters are spread
   * @param making registers what there is for one, or for all others
   */
  public static <T> LabelledMetrics<T> byAdapter(
      GroupMetrics parent, MetricLimits limits, int subtasks, Function<GroupMetrics, T> making) {
    return new LabelledMetrics<>(
        parent, Label.ADAPTER, limits.adaptersOf(subtasks), making, System::currentTimeMillis);
  }

  /** By a name, of at most 20. */
  public static <T> LabelledMetrics<T> byName(
      GroupMetrics parent, Label label, Function<GroupMetrics, T> making) {
    return new LabelledMetrics<>(
        parent, label, MetricLimits.NAMES, making, System::currentTimeMillis);
  }

  /** A value's own metrics, or those of all others. */
  public T of(String text) {
    String value = LabelValues.of(text);
    long now = clock.getAsLong();
    Used<T> found = used.remove(value);
    if (found == null) {
      if (!hasRoom(now)) {
        return others();
      }
      GroupMetrics group = parent.with(label, value);
      found = new Used<>(group, making.apply(group), now);
      made++;
    }
    used.put(value, new Used<>(found.group(), found.metrics(), now));
    return found.metrics();
  }

  private boolean hasRoom(long now) {
    if (used.size() < most) {
      return true;
    }
    if (used.isEmpty() || made >= most * HANDS) {
      return false;
    }
    Map.Entry<String, Used<T>> oldest = used.entrySet().iterator().next();
    if (now - oldest.getValue().at() < IDLE_MILLIS) {
      return false;
    }
    oldest.getValue().group().close();
    used.remove(oldest.getKey());
    return true;
  }

  private T others() {
    if (others == null) {
      others = making.apply(parent.with(label, LabelValues.OTHERS));
    }
    return others;
  }
}
