package io.sapflow.gate;

import io.sapflow.metrics.GroupMetrics;
import io.sapflow.metrics.LabelledMetrics;
import io.sapflow.metrics.MetricLimits;
import org.apache.flink.metrics.MetricGroup;

/** What a gate subtask tells of itself. Told by one thread. */
final class GateMetrics {

  private final LabelledMetrics<JudgedAdapterMetrics> adapters;

  /**
   * Registers all.
   *
   * @param subtasks among which the job's adapters are spread
   */
  GateMetrics(MetricGroup operator, MetricLimits limits, int subtasks) {
    adapters =
        LabelledMetrics.byAdapter(
            GroupMetrics.of(operator),
            limits,
            subtasks,
            adapter -> new JudgedAdapterMetrics(adapter, System::currentTimeMillis));
  }

  /** A verdict was given. */
  void judged(Judgement judgement) {
    adapters.of(judgement.report().getAdapterId()).judged(judgement.verdict());
  }
}
