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
  private final StepFlops flops;
  private final long seed;
  private AdapterState state;
  private OptionalLong peak = OptionalLong.empty();
  private int steps;
  private long examples;
  private long usefulTokens;
  private long nanos;
  private long counted;

  ArrangementRun(Arrangement arrangement, BaseModel base, BenchSettings settings) {
    TrainOptions train = settings.job().train();
    this.arrangement = arrangement;
    this.limits = settings.limits();
    this.kernel =
        base.kernel(
            settings.job().lora(), arrangement.kernel(settings.job().kernel(base.config())));
    this.step = new SapStep(arrangement.options(train.sap()));
    this.flops =
        new StepFlops(
            arrangement,
            step.options(),
            limits,
            new PassFlops(
                base.config(), settings.job().lora(), kernel.options().hiddenProbeLayers()));
    this.seed = train.seed();
    this.state = AdapterState.fresh(kernel, seed);
  }

  /**
   * Steps that are not timed; the first refreshes everything. Takes the peak of memory while they
   * run, and begins with a fresh adapter after them.
   */
  void warmUp(List<Work> work) {
    boolean known = PeakMemory.reset();
    work.forEach(this::step);
    peak = known ? PeakMemory.bytes() : OptionalLong.empty();
    state.close();
    state = AdapterState.fresh(kernel, seed);
  }

  /** A step that is timed. */
  void run(Work work) {
    counted += flops.of(work, state.counters().updates());
    long start = System.nanoTime();
    step(work);
    nanos += System.nanoTime() - start;
    steps++;
    examples += work.examples().size();
    usefulTokens += work.usefulTokens();
  }

  private void step(Work work) {
    try (KernelPass pass = kernel.pass()) {
      StepOutcome outcome =
          step.run(
              pass, state, arrangement.batch(work, limits), () -> arrangement.pairs(work, limits));
      if (!outcome.applied()) {
        throw new IllegalStateException(arrangement.title() + ": " + outcome.reason());
      }
    }
  }

  /** What was measured. */
  Measured measured() {
    return new Measured(steps, examples, usefulTokens, nanos / 1e9, counted / 1e12, peak);
  }

  @Override
  public void close() {
    state.close();
    kernel.close();
  }
}
