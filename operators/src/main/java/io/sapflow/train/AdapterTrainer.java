package io.sapflow.train;

import io.sapflow.batch.Batcher;
import io.sapflow.batch.Sampler;
import io.sapflow.ingest.ActiveSet;
import io.sapflow.model.AdapterState;
import io.sapflow.model.Kernel;
import io.sapflow.model.KernelPass;
import io.sapflow.model.TokenBatch;
import io.sapflow.sap.PairBatch;
import io.sapflow.sap.PushScreen;
import io.sapflow.sap.SapStep;
import io.sapflow.sap.StepOutcome;
import io.sapflow.schema.AdapterBook;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.KnownVersion;
import io.sapflow.schema.OffsetRange;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.VersionStatus;
import io.sapflow.tokens.TokenizedExample;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Trains one adapter: takes examples in their order, and makes steps and versions of them.
 *
 * <p>What it learns is a function of the order of examples, of the safety pairs, and of the steps
 * at which commands take effect; neither clock nor thread has a part in it. Not thread-safe.
 */
public final class AdapterTrainer implements AutoCloseable {

  /** What all adapters of a process share. */
  public record Shared(
      TrainOptions options,
      Kernel kernel,
      VersionStore store,
      ActiveSet<PairBatch.Pair> pairs,
      CommandPolicy policy,
      String baseModel,
      TrainOutput output) {}

  /** What has changed since an adapter was saved. */
  enum Unsaved {
    NOTHING,
    BOOK,
    ALL
  }

  private final Shared shared;
  private final SapStep step;
  private final PushScreen screen;
  private final Batcher batcher;
  private final Sampler sampler;
  private final AdapterLedger ledger;
  private final AdapterState state;
  private final CommandDesk desk;
  private Unsaved unsaved = Unsaved.ALL;

  private AdapterTrainer(Shared shared, AdapterLedger ledger, AdapterState state) {
    this.shared = shared;
    this.step = new SapStep(shared.options().sap());
    this.screen = new PushScreen(shared.options().sap().perturbation());
    this.batcher = new Batcher(shared.options().batch());
    this.sampler = new Sampler(shared.options().batch().seed());
    this.ledger = ledger;
    this.state = state;
    this.desk = new CommandDesk(this, shared, ledger, state);
  }

  /**
   * A fresh adapter; its version 0 is written at once, so that there is something to roll back to.
   */
  public static AdapterTrainer fresh(Shared shared, String adapterId) {
    AdapterState state =
        AdapterState.fresh(shared.kernel(), shared.options().seed() ^ adapterId.hashCode());
    AdapterTrainer trainer = new AdapterTrainer(shared, new AdapterLedger(adapterId), state);
    trainer.makeVersion();
    return trainer;
  }

  /** An adapter as it was saved; its tensors are filled by the caller. */
  public static AdapterTrainer restored(Shared shared, String adapterId, AdapterBook book) {
    AdapterState state = AdapterState.empty(shared.kernel());
    state.counters(AdapterLedger.counters(book));
    AdapterTrainer trainer =
        new AdapterTrainer(shared, AdapterLedger.ofBook(adapterId, book), state);
    trainer.unsaved = Unsaved.NOTHING;
    return trainer;
  }

  /** Everything but the tensors, for saving. */
  public AdapterBook book() {
    return ledger.toBook(state.counters());
  }

  /** The number of its last step. */
  long step() {
    return ledger.step;
  }

  /** Names of the versions that a rollback may go to, oldest first. */
  List<String> rollbackTargets() {
    return KnownVersions.names(ledger.versions);
  }

  /** The tensors. */
  public AdapterState state() {
    return state;
  }

  /** What has not been saved; asking again says nothing. */
  Unsaved takeUnsaved() {
    Unsaved was = unsaved;
    unsaved = Unsaved.NOTHING;
    return was;
  }

  private void bookChanges() {
    unsaved = unsaved == Unsaved.ALL ? Unsaved.ALL : Unsaved.BOOK;
  }

  /** Said by everyone who writes to the tensors. */
  void tensorsChange() {
    unsaved = Unsaved.ALL;
  }

  /**
   * Takes an example, and trains when a window is full.
   *
   * @param ready whether the safety pairs have been read; examples wait until then
   */
  public void accept(TokenizedExample example, boolean ready) {
    bookChanges();
    admit(Held.of(example));
    trainFullWindows(ready);
  }

  /** Trains the windows that filled while it waited for the safety pairs. */
  public void trainFullWindows(boolean ready) {
    int size = shared.options().batch().window();
    while (ready && !ledger.paused && ledger.window.size() >= size) {
      trainWindow(size);
    }
  }

  /** Trains what is left of a window, and makes a version of it. */
  public void flush() {
    bookChanges();
    if (!ledger.paused && !ledger.window.isEmpty()) {
      trainWindow(ledger.window.size());
    }
    if (state.counters().updates() > ledger.versionUpdates) {
      makeVersion();
    }
  }

  /** Carries out a command, or refuses it, or lets it wait for its step. */
  public void order(ControlCommand command) {
    bookChanges();
    desk.receive(command);
  }

  void admit(Held held) {
    String source = held.example().source();
    if (ledger.quarantinedSources.contains(source)) {
      shared
          .output()
          .quarantine(
              held.quarantined(
                  Reason.SOURCE_QUARANTINED,
                  "source " + source + " is set aside; release it to train its examples"));
    } else if (ledger.paused) {
      buffer(held);
    } else {
      ledger.window.add(held);
    }
  }

  private void buffer(Held held) {
    long bytes = ledger.buffer.stream().mapToLong(Held::bytes).sum() + held.bytes();
    if (bytes > shared.options().pauseBuffer()) {
      shared
          .output()
          .quarantine(
              held.quarantined(
                  Reason.PAUSED,
                  "the adapter is paused and sapflow.pause.buffer is full; replay it after RESUME"));
    } else {
      ledger.buffer.add(held);
    }
  }

  private void trainWindow(int size) {
    bookChanges();
    List<Held> window = new ArrayList<>(ledger.window.subList(0, size));
    ledger.window.subList(0, size).clear();
    List<List<Held>> batches = batcher.cut(window, Held::length, ledger.windows++);
    for (List<Held> batch : batches) {
      desk.applyDue();
      // A command may have set sources of this window aside, or paused the adapter.
      List<Held> admitted = desk.readmit(batch);
      admitted = screened(admitted);
      if (!admitted.isEmpty()) {
        trainBatch(admitted);
      }
    }
    desk.applyDue();
  }

  /** Without the examples that push toward harm too hard to be trained: they are set aside. */
  private List<Held> screened(List<Held> batch) {
    double limit = shared.options().rejectPush();
    if (batch.isEmpty() || limit == Double.POSITIVE_INFINITY) {
      return batch;
    }
    double[] pushes;
    try (KernelPass pass = shared.kernel().pass()) {
      pushes = screen.pushes(pass, state, TokenBatch.of(batch.stream().map(Held::row).toList()));
    }
    if (pushes == null) {
      return batch;
    }
    List<Held> kept = new ArrayList<>();
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

  private static QuarantinedRecord rejected(Held held, double push, double limit) {
    return held.quarantined(
        Reason.PUSH_REJECTED,
        String.format(
            Locale.ROOT,
            "it pushes toward harm by %.3f, above %.3f (sapflow.train.reject-push)",
            push,
            limit));
  }

  private void trainBatch(List<Held> batch) {
    long started = System.nanoTime();
    List<PairBatch.Pair> pairs = shared.pairs().all();
    long draw = ledger.draws++;
    int replayed = pairs.isEmpty() ? 0 : shared.options().batch().replayedRows(batch.size());
    List<TokenBatch.Row> rows = new ArrayList<>(batch.size() + replayed);
    batch.forEach(held -> rows.add(held.row()));
    sampler
        .draw(pairs, replayed, draw, Sampler.Purpose.REPLAY)
        .forEach(pair -> rows.add(pair.safe()));
    StepOutcome outcome;
    tensorsChange();
    try (KernelPass pass = shared.kernel().pass()) {
      outcome = step.run(pass, state, TokenBatch.of(rows), () -> directing(pairs, draw));
    }
    ledger.step++;
    List<Held> trained = StepReports.trained(batch, ledger.step, outcome);
    if (outcome.applied()) {
      ledger.addSinceGreen(trained, shared.options().rollbackKeep());
    } else {
      String message =
          outcome.reason() + " at step " + ledger.step + "; the weights were left as they were";
      batch.forEach(
          held -> shared.output().quarantine(held.quarantined(Reason.NON_FINITE, message)));
    }
    double millis = (System.nanoTime() - started) / 1e6;
    TrainingStep report =
        StepReports.of(ledger, state, shared, batch, trained, outcome, replayed, millis);
    shared.output().step(report);
    ledger.signals = ledger.signals.after(outcome.harmAlignment(), outcome.safetyLoss());
    EarlyProbe early = shared.options().early();
    boolean crossed = early.crossed(ledger.signals, report.getPushBySource());
    long updates = state.counters().updates() - ledger.versionUpdates;
    if (updates >= shared.options().versionUpdates()
        || (crossed && updates >= early.leastUpdates())) {
      makeVersion();
    }
  }

  /** Pairs for the direction; null if none is active. */
  private PairBatch directing(List<PairBatch.Pair> pairs, long draw) {
    return pairs.isEmpty()
        ? null
        : PairBatch.of(
            sampler.draw(pairs, shared.options().batch().pairs(), draw, Sampler.Purpose.DIRECTION));
  }

  /** Writes the present weights as a candidate. */
  void makeVersion() {
    List<OffsetRange> offsets = Evidence.offsets(ledger.sinceGreen);
    VersionStore.Stored stored =
        shared
            .store()
            .write(
                ledger.adapterId,
                ledger.generation,
                ledger.step,
                ledger.promotedVersion,
                offsets,
                state);
    ledger.versionUpdates = state.counters().updates();
    ledger.signals = EarlySignals.NONE;
    ledger.versions.add(new KnownVersion(stored.name(), ledger.generation, ledger.step, false));
    ledger.versions =
        KnownVersions.newest(
            ledger.versions, shared.options().keepVersions(), ledger.promotedVersion);
    shared
        .output()
        .version(
            AdapterVersion.newBuilder()
                .setAdapterId(ledger.adapterId)
                .setVersion(stored.name())
                .setGeneration(ledger.generation)
                .setStep(ledger.step)
                .setUpdates(state.counters().updates())
                .setParent(ledger.promotedVersion)
                .setUri(stored.uri())
                .setSha256(stored.sha256())
                .setStatus(VersionStatus.CANDIDATE)
                .setOffsets(offsets)
                .setSources(Evidence.sources(ledger.sinceGreen))
                .setSlices(Evidence.slices(ledger.sinceGreen))
                .setBaseModel(shared.baseModel())
                .build());
  }

  @Override
  public void close() {
    state.close();
  }
}
