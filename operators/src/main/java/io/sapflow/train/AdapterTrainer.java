package io.sapflow.train;

import io.sapflow.batch.Batcher;
import io.sapflow.ingest.ActiveSet;
import io.sapflow.model.AdapterState;
import io.sapflow.model.Kernel;
import io.sapflow.model.ModelException;
import io.sapflow.sap.PairBatch;
import io.sapflow.schema.AdapterBook;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.HeldExample;
import io.sapflow.schema.KnownVersion;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.tokens.TokenizedExample;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Trains one adapter: takes examples in their order, and makes steps and versions of them; carries
 * out commands between batches.
 *
 * <p>What it learns is a function of the order of examples, of the safety pairs, and of the steps
 * at which commands take effect; neither clock nor thread has a part in it. A command that changes
 * what is trained makes a report of its own, and so does the refusal of a person's; the answer to
 * any other rides on the next report, so that promotions do not number the steps. Not thread-safe.
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
  private final AdapterProgress progress;
  private final AdapterState state;
  private final Batcher batcher;
  private final BatchTrainer trainer;
  private final VersionMaker versions;
  private final CommandHandler commands;
  private Unsaved unsaved = Unsaved.ALL;

  /** So many answers are a report of their own. */
  private static final int MOST_ANSWERS = 100;

  private AdapterTrainer(Shared shared, AdapterProgress progress, AdapterState state) {
    this.shared = shared;
    this.progress = progress;
    this.state = state;
    this.batcher = new Batcher(shared.options().batch());
    this.trainer = new BatchTrainer(shared, progress, state);
    this.versions = new VersionMaker(shared, progress, state);
    this.commands = new CommandHandler(shared.policy(), progress);
  }

  /**
   * A fresh adapter; its version 0 is written at once, so that there is something to roll back to.
   */
  public static AdapterTrainer fresh(Shared shared, String adapterId) {
    return fresh(shared, adapterId, Room.unsaved(shared.options().held()));
  }

  /** The same, in a subtask's room. */
  static AdapterTrainer fresh(Shared shared, String adapterId, Room room) {
    AdapterState state =
        AdapterState.fresh(shared.kernel(), shared.options().seed() ^ adapterId.hashCode());
    AdapterTrainer trainer = new AdapterTrainer(shared, begun(shared, adapterId, room), state);
    trainer.versions.make();
    return trainer;
  }

  /** An adapter as it was saved; its tensors are filled by the caller. */
  public static AdapterTrainer restored(Shared shared, String adapterId, AdapterBook book) {
    return restored(shared, adapterId, book, Room.unsaved(shared.options().held()));
  }

  /** The same, in a subtask's room. */
  static AdapterTrainer restored(Shared shared, String adapterId, AdapterBook book, Room room) {
    AdapterState state = AdapterState.empty(shared.kernel());
    state.counters(AdapterProgress.counters(book));
    AdapterTrainer trainer = new AdapterTrainer(shared, begun(shared, adapterId, room), state);
    trainer.progress.restore(book);
    trainer.unsaved = Unsaved.NOTHING;
    return trainer;
  }

  private static AdapterProgress begun(Shared shared, String adapterId, Room room) {
    return new AdapterProgress(adapterId, shared.options(), room, shared.output()::quarantine);
  }

  /** Everything but the tensors, for saving. */
  public AdapterBook book() {
    return progress.toBook(state.counters());
  }

  String adapterId() {
    return progress.adapterId();
  }

  /** Number of its last report. */
  long step() {
    return progress.step();
  }

  /** Names of the versions that a rollback may go to. */
  Set<String> rollbackTargets() {
    return progress.versions().names();
  }

  /** The tensors. */
  public AdapterState state() {
    return state;
  }

  /** Whether its examples wait for a person. */
  boolean isPaused() {
    return progress.examples().isPaused();
  }

  /** Whether a version that it trained is promoted; a fresh one's version 0 is not trained. */
  boolean isServed() {
    KnownVersion promoted = progress.versions().find(progress.versions().promoted());
    return promoted != null && promoted.getStep() > 0;
  }

  /** About the bytes that its examples take on the heap. */
  long heapBytes() {
    return progress.heapBytes();
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

  private void tensorsChange() {
    unsaved = Unsaved.ALL;
  }

  /**
   * Takes an example, and trains when a window is full.
   *
   * @param ready whether the safety pairs have been read; examples wait until then
   */
  public void accept(TokenizedExample example, boolean ready) {
    accept(HeldExamples.of(example), ready);
  }

  /** The same with an example that waited. */
  void accept(HeldExample held, boolean ready) {
    bookChanges();
    progress.examples().add(held);
    trainFullWindows(ready);
  }

  /** Trains the windows that are full, or that a FLUSH has cut. */
  public void trainFullWindows(boolean ready) {
    while (ready && !progress.examples().isPaused()) {
      CommandDecision cut = commands.nextCut();
      if (cut != null) {
        bookChanges();
        carryOut(cut);
      } else if (progress.examples().hasFullWindow()) {
        trainWindow(progress.examples().takeFullWindow());
      } else {
        return;
      }
    }
  }

  /** How far the window is that is trained next. */
  OpenWindow openWindow() {
    ExampleQueue examples = progress.examples();
    return new OpenWindow(
        adapterId(), progress.windows(), examples.hasFullWindow() ? 0 : examples.waiting());
  }

  /** Trains what is left of a window, and makes a version of it. */
  public void flush() {
    bookChanges();
    trainFullWindows(true);
    if (!progress.examples().isPaused() && progress.examples().waiting() > 0) {
      trainWindow(progress.examples().takeRest());
    }
    if (progress.updatesSinceVersion(state.counters().updates()) > 0) {
      versions.make();
    }
  }

  private void trainWindow(List<HeldExample> window) {
    bookChanges();
    for (List<HeldExample> batch :
        batcher.cut(window, HeldExamples::length, progress.nextWindow())) {
      carryOutDue();
      // A command may have set sources of this window aside, or paused the adapter.
      List<HeldExample> admitted = progress.examples().readmit(batch);
      if (!admitted.isEmpty()) {
        tensorsChange();
        if (trainer.train(admitted)) {
          versions.make();
        }
      }
    }
    carryOutDue();
  }

  /** Whether a command of this id was heard before. */
  boolean hasHeard(String commandId) {
    return progress.commands().hasSeen(commandId);
  }

  /** What a command, or a hold, is judged by. */
  CommandPolicy.Situation situation() {
    return progress.situation();
  }

  /**
   * Carries out a command, or refuses it, or lets it wait for its step.
   *
   * @param heard when it was read, epoch milliseconds
   */
  public void command(ControlCommand command, long heard) {
    bookChanges();
    CommandDecision decision = commands.hear(command, heard);
    if (decision != null) {
      carryOut(decision);
      carryOutDue();
      if (progress.waitingAnswers() >= MOST_ANSWERS) {
        report();
      }
    }
  }

  /** Carries out the commands whose step has come; one may bring the next one's. */
  private void carryOutDue() {
    for (CommandDecision due = commands.nextDue(); due != null; due = commands.nextDue()) {
      carryOut(due);
    }
  }

  private void carryOut(CommandDecision decision) {
    ControlCommand command = decision.command();
    if (decision.refusal() != null) {
      answer(command, CommandOutcome.REFUSED, decision.refusal());
      if (decision.answeredAtOnce()) {
        report();
      }
      return;
    }
    ExampleQueue examples = progress.examples();
    switch (command.getKind()) {
      case PROMOTED -> {
        progress.promote(decision.version());
        applied(command, null);
      }
      case ROLLBACK -> {
        long begun = System.nanoTime();
        rollBack(command, decision.version());
        report((System.nanoTime() - begun) / 1e6);
      }
      case PAUSE -> {
        examples.pause();
        applied(command, null);
        report();
      }
      case RESUME -> {
        applied(command, examples.resume() + " examples waited");
        report();
      }
      case QUARANTINE_SOURCE -> {
        long setAside = examples.quarantine(command.getArguments().get("source"));
        progress.unacknowledged().add();
        applied(command, setAside + " waiting examples set aside");
        report();
      }
      case RELEASE_SOURCE -> {
        examples.release(command.getArguments().get("source"));
        applied(command, null);
        report();
      }
      case FLUSH -> flush(command);
      case ACKNOWLEDGE -> {
        applied(
            command,
            progress.unacknowledged().end()
                + " rollbacks and quarantines of sources: "
                + command.getReason());
        report();
      }
      case PROBE_NOW -> {
        applied(command, null);
        // The report comes first: its step tells the version from one with equal weights.
        report();
        versions.make();
      }
      default -> throw new IllegalStateException("nothing is known to do on " + command.getKind());
    }
  }

  /** Of a window that is named only so much is trained, and versions have their own turn. */
  private void flush(ControlCommand command) {
    ExampleQueue examples = progress.examples();
    if (WindowCut.isOne(command)) {
      WindowCut cut = WindowCut.of(command);
      applied(command, cut.examples() + " examples of window " + cut.window());
      trainWindow(examples.takeFirst(cut.examples()));
    } else {
      applied(command, examples.waiting() + " examples of an unfinished window");
      flush();
      report();
    }
  }

  private void rollBack(ControlCommand command, KnownVersion target) {
    String name = target.getVersion();
    try {
      versions.bringBack(target);
    } catch (ModelException e) {
      // Nothing more is trained on weights that should have been undone, until a person says so.
      progress.examples().pause();
      answer(
          command,
          CommandOutcome.REFUSED,
          "version "
              + name
              + " cannot be restored: "
              + e.getMessage()
              + "; the adapter is paused: roll it back to another version, then resume it");
      return;
    }
    tensorsChange();
    String message = "rolled back to " + name + ": " + command.getReason();
    AtomicLong setAside = new AtomicLong();
    List<KnownVersion> undone =
        progress.rollBack(
            target,
            state.counters().updates(),
            held -> {
              setAside.incrementAndGet();
              shared
                  .output()
                  .quarantine(
                      HeldExamples.quarantined(
                          held, progress.adapterId(), QuarantineReason.SAFETY_ROLLBACK, message));
            });
    versions.undone(undone, command.getReason());
    progress.unacknowledged().add();
    progress.answer(
        StepReports.rolledBack(
            command, name, "to " + name + ", " + setAside + " examples set aside"));
  }

  private void applied(ControlCommand command, String effect) {
    answer(command, CommandOutcome.APPLIED, effect);
  }

  private void answer(ControlCommand command, CommandOutcome outcome, String reason) {
    progress.answer(StepReports.answer(command, outcome, reason));
  }

  /** Reports the answers to commands under a step's number. */
  private void report() {
    report(0);
  }

  private void report(double millis) {
    progress.nextStep();
    shared.output().step(StepReports.ofCommands(progress, state, shared, millis));
  }

  @Override
  public void close() {
    state.close();
  }
}
