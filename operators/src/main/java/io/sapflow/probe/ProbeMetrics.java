package io.sapflow.probe;

import io.sapflow.metrics.GroupMetrics;
import io.sapflow.metrics.Label;
import io.sapflow.metrics.LabelledMetrics;
import io.sapflow.metrics.MetricLimits;
import io.sapflow.metrics.SapflowMetric;
import io.sapflow.schema.JudgeScore;
import io.sapflow.schema.ProbeReport;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;

/** What a probe subtask tells of itself. Told by one thread. */
final class ProbeMetrics {

  private final Histogram millis;
  private final LabelledMetrics<Counter> failures;
  private final LabelledMetrics<ProbedAdapterMetrics> adapters;

  /** Read by the threads that report. */
  private volatile int queue;

  /**
   * Registers all.
   *
   * @param subtasks among which the job's adapters are spread
   */
  ProbeMetrics(MetricGroup operator, MetricLimits limits, int subtasks) {
    GroupMetrics root = GroupMetrics.of(operator);
    millis = root.histogram(SapflowMetric.PROBE_MILLIS);
    root.count(SapflowMetric.PROBE_QUEUE, () -> queue);
    failures =
        LabelledMetrics.byName(
            root, Label.JUDGE, judge -> judge.counter(SapflowMetric.JUDGE_FAILURES));
    adapters = LabelledMetrics.byAdapter(root, limits, subtasks, ProbedAdapterMetrics::new);
  }

  /** How many versions are being probed or wait. */
  void queued(int versions) {
    queue = versions;
  }

  /** A probe has ended. */
  void reported(ProbeReport report) {
    millis.update(Math.round(report.getDurationMillis()));
    for (JudgeScore score : report.getJudges()) {
      failures.of(score.getJudge()).inc(score.getFailures());
    }
    adapters.of(report.getAdapterId()).reported(report);
  }
}
