package io.sapflow.train;

import io.sapflow.metrics.GroupMetrics;
import io.sapflow.metrics.Label;
import io.sapflow.metrics.LabelledMetrics;
import io.sapflow.metrics.LastValue;
import io.sapflow.metrics.SapflowMetric;
import io.sapflow.schema.SourceEvidence;
import io.sapflow.schema.TrainingStep;
import org.apache.flink.metrics.Counter;

/** What training tells of one adapter. */
final class TrainedAdapterMetrics {

  private final Counter steps;
  private final Counter examples;
  private final Counter versions;
  private final LastValue taskLoss = new LastValue();
  private final LastValue safetyLoss = new LastValue();
  private final LastValue harmAlignment = new LastValue();
  private final LabelledMetrics<LastValue> pushes;

  TrainedAdapterMetrics(GroupMetrics adapter) {
    steps = adapter.counter(SapflowMetric.ADAPTER_STEPS);
    examples = adapter.counter(SapflowMetric.ADAPTER_EXAMPLES);
    versions = adapter.counter(SapflowMetric.ADAPTER_VERSIONS);
    adapter.gauge(SapflowMetric.TASK_LOSS, taskLoss::get);
    adapter.gauge(SapflowMetric.SAFETY_LOSS, safetyLoss::get);
    adapter.gauge(SapflowMetric.HARM_ALIGNMENT, harmAlignment::get);
    pushes = LabelledMetrics.byName(adapter, Label.SOURCE, TrainedAdapterMetrics::push);
  }

  private static LastValue push(GroupMetrics source) {
    LastValue push = new LastValue();
    source.gauge(SapflowMetric.PUSH, push::get);
    return push;
  }

  void trained(TrainingStep step) {
    steps.inc();
    examples.inc(step.getExamples());
    taskLoss.note(step.getTaskLoss());
    safetyLoss.note(step.getSafetyLoss());
    harmAlignment.note(step.getHarmAlignment());
    for (SourceEvidence source : step.getPushBySource()) {
      pushes.of(source.getSource()).note(source.getMeanPush());
    }
  }

  void versioned() {
    versions.inc();
  }
}
