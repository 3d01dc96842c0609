package io.sapflow.gate;

import io.sapflow.metrics.GroupMetrics;
import io.sapflow.metrics.Label;
import io.sapflow.metrics.LabelledMetrics;
import io.sapflow.metrics.MetricLimits;
import io.sapflow.metrics.SapflowMetric;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** How often a gate subtask gave which verdict. Told by one thread. */
final class GateMetrics {

  private final LabelledMetrics<Map<Verdict, Counter>> adapters;

  /**
   * Registers all.
   *
   * @param subtasks among which the job's adapters are spread
   */
  GateMetrics(MetricGroup operator, MetricLimits limits, int subtasks) {
    adapters =
        LabelledMetrics.byAdapter(
            GroupMetrics.of(operator), limits, subtasks, GateMetrics::verdicts);
  }

  /** All of them at once: a counter that a scrape sees first at 1 has no rate. */
  private static Map<Verdict, Counter> verdicts(GroupMetrics adapter) {
    Map<Verdict, Counter> counters = new EnumMap<>(Verdict.class);
    for (Verdict verdict : Verdict.values()) {
      GroupMetrics place = adapter.with(Label.VERDICT, verdict.name().toLowerCase(Locale.ROOT));
      counters.put(verdict, place.counter(SapflowMetric.VERDICTS));
    }
    return counters;
  }

  /** A verdict was given. */
  void judged(Judgement judgement) {
    adapters.of(judgement.report().getAdapterId()).get(judgement.verdict()).inc();
  }
}
