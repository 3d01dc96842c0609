package io.sapflow.train;

import io.sapflow.batch.Sampler;
import io.sapflow.model.AdapterState;
import io.sapflow.model.KernelPass;
import io.sapflow.model.TokenBatch;
import io.sapflow.sap.PairBatch;
import io.sapflow.sap.PushScreen;
import io.sapflow.sap.SapStep;
import io.sapflow.sap.StepOutcome;
import io.sapflow.schema.HeldExample;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.TrainingStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Trains one adapter on one batch. */
final class BatchTrainer {

  private final AdapterTrainer.Shared shared;
  private final AdapterProgress progress;
  private final AdapterState state;
  private final SapStep step;
  private final PushScreen screen;
  private final Sampler sampler;

  BatchTrainer(AdapterTrainer.Shared shared, AdapterProgress progress, AdapterState state) {
    this.shared = shared;
    this.progress = progress;
    this.state = state;
    this.step = new SapStep(shared.options().sap());
    this.screen = new PushScreen(shared.options().sap().perturbation());
    this.sampler = new Sampler(shared.options().batch().seed());
  }

  /** Without the examples that push toward harm too hard to be trained: they are set aside. */
  List<HeldExample> screened(List<HeldExample> batch) {
    double limit = shared.options().rejectPush();
    if (batch.isEmpty() || limit == Double.POSITIVE_INFINITY) {
      return batch;
    }
    double[] pushes;
    try (KernelPass pass = shared.kernel().pass()) {
      pushes = screen.pushes(pass, state, TokenBatch.of(rows(batch)));
    }
    if (pushes == null) {
      return batch;
    }
    List<HeldExample> kept = new ArrayList<>();
    for (int i = 0; i < pushes.length; i++) {
      // A push that is no number is left to the step, which looks at the whole batch.
      if (pushes[i] > limit) {
        shared.output().quarantine(rejected(batch.get(i), pushes[i], limit));
      } else {
        kept.add(batch.get(i));
      }
    }
    return kept;
  }

  private QuarantinedRecord rejected(HeldExample held, double push, double limit) {
    return HeldExamples.quarantined(
        held,
        progress.adapterId(),
        QuarantineReason.PUSH_REJECTED,
        String.format(
            Locale.ROOT,
            "it pushes toward harm by %.3f, above %.3f (sapflow.train.reject-push)",
            push,
            limit));
  }

  /**
   * Makes a step of a batch and reports it.
   *
   * @return whether a version is due
   */
  boolean train(List<HeldExample> batch) {
    long started = System.nanoTime();
    List<PairBatch.Pair> pairs = shared.pairs().all();
    long draw = progress.nextDraw();
    int replayed = pairs.isEmpty() ? 0 : shared.options().batch().replayedRows(batch.size());
    List<TokenBatch.Row> rows = new ArrayList<>(rows(batch));
    sampler
        .draw(pairs, replayed, draw, Sampler.Purpose.REPLAY)
        .forEach(pair -> rows.add(pair.safe()));
    StepOutcome outcome;
    try (KernelPass pass = shared.kernel().pass()) {
      outcome = step.run(pass, state, TokenBatch.of(rows), () -> directing(pairs, draw));
    }
    long number = progress.nextStep();
    List<HeldExample> trained = StepReports.trained(batch, number, outcome);
    if (outcome.applied()) {
      progress.trained(trained);
    } else {
      setAside(
          batch, outcome.reason() + " at step " + number + "; the weights were left as they were");
    }
    double millis = (System.nanoTime() - started) / 1e6;
    TrainingStep report =
        StepReports.of(progress, state, shared, batch, trained, outcome, replayed, millis);
    shared.output().step(report);
    progress.noteStep(outcome.harmAlignment(), outcome.safetyLoss());
    return isVersionDue(report);
  }

  private static List<TokenBatch.Row> rows(List<HeldExample> batch) {
    return batch.stream().map(HeldExamples::row).toList();
  }

  private void setAside(List<HeldExample> batch, String message) {
    for (HeldExample held : batch) {
      shared
          .output()
          .quarantine(
              HeldExamples.quarantined(
                  held, progress.adapterId(), QuarantineReason.NON_FINITE, message));
    }
  }

  private boolean isVersionDue(TrainingStep report) {
    EarlyProbe early = shared.options().early();
    boolean crossed = early.crossed(progress.early(), report.getPushBySource());
    long updates = progress.updatesSinceVersion(state.counters().updates());
    return updates >= shared.options().versionUpdates()
        || (crossed && updates >= early.leastUpdates());
  }

  /** Pairs for the direction; null if none is active. */
  private PairBatch directing(List<PairBatch.Pair> pairs, long draw) {
    return pairs.isEmpty()
        ? null
        : PairBatch.of(
            sampler.draw(pairs, shared.options().batch().pairs(), draw, Sampler.Purpose.DIRECTION));
  }
}
