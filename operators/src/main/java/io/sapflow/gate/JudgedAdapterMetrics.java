package io.sapflow.gate;

import io.sapflow.metrics.GroupMetrics;
import io.sapflow.metrics.Label;
import io.sapflow.metrics.LastValue;
import io.sapflow.metrics.SapflowMetric;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;

/** How often the gate gave which verdict of one adapter, and when it last promoted. */
final class JudgedAdapterMetrics {

  private static final double MILLIS_PER_SECOND = 1e3;

  private final Map<Verdict, Counter> verdicts = new EnumMap<>(Verdict.class);
  private final LongSupplier clock;
  private final LastValue promoted = new LastValue();

  /**
   * Registers all. All verdicts at once: a counter that a scrape sees first at 1 has no rate.
   *
   * @param clock in milliseconds
   */
  JudgedAdapterMetrics(GroupMetrics adapter, LongSupplier clock) {
    this.clock = clock;
    for (Verdict verdict : Verdict.values()) {
      GroupMetrics place = adapter.with(Label.VERDICT, verdict.name().toLowerCase(Locale.ROOT));
      verdicts.put(verdict, place.counter(SapflowMetric.VERDICTS));
    }
    promoted.note((double) clock.getAsLong());
    adapter.gauge(
        SapflowMetric.PROMOTION_AGE_SECONDS,
        () -> (clock.getAsLong() - promoted.get()) / MILLIS_PER_SECOND);
  }

  void judged(Verdict verdict) {
    verdicts.get(verdict).inc();
    if (verdict == Verdict.PROMOTE) {
      promoted.note((double) clock.getAsLong());
    }
  }
}
