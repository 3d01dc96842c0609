package io.sapflow.train;

import io.sapflow.metrics.GroupMetrics;
import io.sapflow.metrics.LabelledMetrics;
import io.sapflow.metrics.MetricLimits;
import io.sapflow.metrics.ResidentMemory;
import io.sapflow.metrics.SapflowMetric;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.VersionStatus;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.Meter;
import org.apache.flink.metrics.MetricGroup;

/** What a train subtask tells of itself. Told by one thread. */
final class TrainMetrics {

  private final Counter steps;
  private final Counter skipped;
  private final Counter examples;
  private final Meter tokens;
  private final Histogram millis;
  private final Counter versions;
  private final Counter evicted;
  private final Counter holdsLapsed;
  private final LabelledMetrics<TrainedAdapterMetrics> adapters;
  private final Set<String> paused = new HashSet<>();

  // Read by the threads that report.
  private volatile int live;
  private volatile int pausedCount;
  private volatile int heldCount;

  /**
   * Registers all.
   *
   * @param subtasks among which the job's adapters are spread
   * @param bytesOfOne native memory of one adapter's tensors
   * @param bytesOfAll the most native memory of all of them
   */
  TrainMetrics(
      MetricGroup operator, MetricLimits limits, int subtasks, long bytesOfOne, long bytesOfAll) {
    GroupMetrics root = GroupMetrics.of(operator);
    steps = root.counter(SapflowMetric.STEPS);
    skipped = root.counter(SapflowMetric.STEPS_SKIPPED);
    examples = root.counter(SapflowMetric.EXAMPLES);
    tokens = root.meter(SapflowMetric.USEFUL_TOKENS_PER_SECOND);
    millis = root.histogram(SapflowMetric.STEP_MILLIS);
    versions = root.counter(SapflowMetric.VERSIONS);
    evicted = root.counter(SapflowMetric.EVICTED_ADAPTERS);
    holdsLapsed = root.counter(SapflowMetric.HOLDS_LAPSED);
    root.count(SapflowMetric.LIVE_ADAPTERS, () -> live);
    root.count(SapflowMetric.PAUSED_ADAPTERS, () -> pausedCount);
    root.count(SapflowMetric.HELD_ADAPTERS, () -> heldCount);
    root.count(SapflowMetric.NATIVE_BYTES, () -> live * bytesOfOne);
    root.count(SapflowMetric.NATIVE_BYTES_LIMIT, () -> bytesOfAll);
    root.gauge(SapflowMetric.RESIDENT_BYTES, ResidentMemory::bytes);
    adapters = LabelledMetrics.byAdapter(root, limits, subtasks, TrainedAdapterMetrics::new);
  }

  /** A step was reported; answers to commands alone are none. */
  void stepped(TrainingStep step) {
    if (step.getOutcome() != StepStatus.TRAINED && step.getOutcome() != StepStatus.SKIPPED) {
      return;
    }
    millis.update(Math.round(step.getDurationMillis()));
    if (step.getOutcome() == StepStatus.SKIPPED) {
      skipped.inc();
      return;
    }
    steps.inc();
    examples.inc(step.getExamples());
    tokens.markEvent(step.getTokens());
    adapters.of(step.getAdapterId()).trained(step);
  }

  /** A version has a status, the first of which is that it was made. */
  void version(AdapterVersion version) {
    if (version.getStatus() == VersionStatus.CANDIDATE) {
      versions.inc();
      adapters.of(version.getAdapterId()).versioned();
    }
  }

  /** An adapter is in native memory from now on. */
  void loaded(String adapterId, boolean isPaused) {
    live++;
    paused(adapterId, isPaused);
  }

  /** An adapter has left native memory; paused it stays. */
  void evicted() {
    live--;
    evicted.inc();
  }

  /** So many adapters' training is held. */
  void held(int adapters) {
    heldCount = adapters;
  }

  /** A hold was let go because no order came. */
  void holdLapsed() {
    holdsLapsed.inc();
  }

  /** Whether an adapter is paused. */
  void paused(String adapterId, boolean isPaused) {
    if (isPaused) {
      paused.add(adapterId);
    } else {
      paused.remove(adapterId);
    }
    pausedCount = paused.size();
  }
}
