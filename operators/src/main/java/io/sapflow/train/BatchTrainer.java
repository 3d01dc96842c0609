package io.sapflow.train;

import io.sapflow.batch.Sampler;
import io.sapflow.model.AdapterState;
import io.sapflow.model.KernelPass;
import io.sapflow.model.TokenBatch;
import io.sapflow.sap.PairBatch;
import io.sapflow.sap.SapOptions;
import io.sapflow.sap.SapStep;
import io.sapflow.sap.Screen;
import io.sapflow.sap.StepOutcome;
import io.sapflow.schema.HeldExample;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.TrainingStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;

/** Trains one adapter on one batch. */
final class BatchTrainer {

  private final AdapterTrainer.Shared shared;
  private final AdapterProgress progress;
  private final AdapterState state;
  private final SapStep step;
  private final Sampler sampler;

  BatchTrainer(AdapterTrainer.Shared shared, AdapterProgress progress, AdapterState state) {
    this.shared = shared;
    this.progress = progress;
    this.state = state;
    SapOptions sap = shared.options().sap();
    // Who sets examples aside by their push has to know it at every step.
    this.step = new SapStep(rejects() ? sap.with(SapOptions.Pushes.EVERY_STEP) : sap);
    this.sampler = new Sampler(shared.options().batch().seed());
  }

  private boolean rejects() {
    return shared.options().rejectPush() != Double.POSITIVE_INFINITY;
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
   * Makes a step of a batch and reports it. Examples that push toward harm too hard to be trained
   * are set aside; where none is left, there is no step.
   *
   * @return whether a version is due
   */
  boolean train(List<HeldExample> batch) {
    long started = System.nanoTime();
    List<PairBatch.Pair> pairs = shared.pairs().all();
    long draw = progress.nextDraw();
    Admitted all = admitted(batch, pairs, draw);
    AtomicReference<Admitted> kept = new AtomicReference<>(all);
    Screen screen =
        rejects()
            ? pushes -> {
              kept.set(screened(all, pushes, pairs, draw));
              return kept.get() == null ? null : kept.get().tokens();
            }
            : Screen.ALL;
    StepOutcome outcome;
    try (KernelPass pass = shared.kernel().pass()) {
      outcome = step.run(pass, state, all.tokens(), () -> directing(pairs, draw), screen);
    }
    if (outcome == null) {
      return false;
    }
    return reported(kept.get(), outcome, (System.nanoTime() - started) / 1e6);
  }

  /**
   * Examples with the safe answers that are trained with them.
   *
   * @param tokens of the examples, then of the answers
   */
  private record Admitted(List<HeldExample> examples, int replayed, TokenBatch tokens) {}

  private Admitted admitted(List<HeldExample> examples, List<PairBatch.Pair> pairs, long draw) {
    int replayed = pairs.isEmpty() ? 0 : shared.options().batch().replayedRows(examples.size());
    List<TokenBatch.Row> rows = new ArrayList<>(rows(examples));
    sampler
        .draw(pairs, replayed, draw, Sampler.Purpose.REPLAY)
        .forEach(pair -> rows.add(pair.safe()));
    return new Admitted(examples, replayed, TokenBatch.of(rows));
  }

  /**
   * What is left without the examples that push too hard, which are set aside; itself where none
   * does, null where all do.
   */
  private Admitted screened(Admitted all, double[] pushes, List<PairBatch.Pair> pairs, long draw) {
    double limit = shared.options().rejectPush();
    List<HeldExample> kept = new ArrayList<>();
    for (int i = 0; i < all.examples().size(); i++) {
      // A push that is no number is left to the step, which looks at the whole batch.
      if (pushes[i] > limit) {
        shared.output().quarantine(rejected(all.examples().get(i), pushes[i], limit));
      } else {
        kept.add(all.examples().get(i));
      }
    }
    if (kept.size() == all.examples().size()) {
      return all;
    }
    return kept.isEmpty() ? null : admitted(kept, pairs, draw);
  }

  private boolean reported(Admitted admitted, StepOutcome outcome, double millis) {
    List<HeldExample> batch = admitted.examples();
    long number = progress.nextStep();
    List<HeldExample> trained = StepReports.trained(batch, number, outcome);
    if (outcome.applied()) {
      progress.trained(trained);
    } else {
      setAside(
          batch, outcome.reason() + " at step " + number + "; the weights were left as they were");
    }
    TrainingStep report =
        StepReports.of(
            progress, state, shared, batch, trained, outcome, admitted.replayed(), millis);
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
