package io.sapflow.lab.bench;

import io.sapflow.model.AdapterState;
import io.sapflow.model.BaseModel;
import io.sapflow.model.Kernel;
import io.sapflow.model.KernelPass;
import io.sapflow.ops.models.PeakMemory;
import io.sapflow.sap.SapStep;
import io.sapflow.sap.StepOutcome;
import io.sapflow.train.TrainOptions;
import java.util.List;
import java.util.OptionalLong;

/** An arrangement at work: its kernel, an adapter, and what its steps took. */
final class ArrangementRun implements AutoCloseable {

  private final Arrangement arrangement;
  private final Limits limits;
  private final Kernel kernel;
  private final SapStep step;
  private final AdapterState state;
  private OptionalLong peak = OptionalLong.empty();

  ArrangementRun(Arrangement arrangement, BaseModel base, BenchSettings settings) {
    TrainOptions train = settings.job().train();
    this.arrangement = arrangement;
    this.limits = settings.limits();
    this.kernel =
        base.kernel(settings.job().lora(), arrangement.kernel(settings.kernel(base.config())));
    this.step = new SapStep(arrangement.options(train.sap()));
    this.state = AdapterState.fresh(kernel, train.seed());
  }

  /**
   * Steps that are not timed; each refreshes everything. Takes the peak of memory while they run.
   */
  void warmUp(List<Work> work) {
    boolean known = PeakMemory.reset();
    work.forEach(each -> step(each, 0));
    peak = known ? PeakMemory.bytes() : OptionalLong.empty();
  }

  /** Makes a step of a kind and tells how long it took, in seconds. */
  double seconds(Work work, StepKind kind) {
    long start = System.nanoTime();
    step(work, kind.update());
    return (System.nanoTime() - start) / 1e9;
  }

  private void step(Work work, long update) {
    AdapterState.Counters counters = state.counters();
    state.counters(
        new AdapterState.Counters(update, counters.hiddenProbeUpdates(), counters.hasDirection()));
    try (KernelPass pass = kernel.pass()) {
      StepOutcome outcome =
          step.run(
              pass, state, arrangement.batch(work, limits), () -> arrangement.pairs(work, limits));
      if (!outcome.applied()) {
        throw new IllegalStateException(arrangement.title() + ": " + outcome.reason());
      }
    }
  }

  /** Most resident memory while it warmed up; empty where the system does not tell. */
  OptionalLong peakBytes() {
    return peak;
  }

  @Override
  public void close() {
    state.close();
    kernel.close();
  }
}
