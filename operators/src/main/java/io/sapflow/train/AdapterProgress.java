package io.sapflow.train;

import io.sapflow.model.AdapterState;
import io.sapflow.schema.AdapterBook;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.HeldExample;
import io.sapflow.schema.KnownVersion;
import io.sapflow.schema.QuarantinedRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * How far one adapter has come: what a trainer knows of it beside its tensors, the living twin of
 * {@link AdapterBook}.
 */
final class AdapterProgress {

  private final String adapterId;
  private final ExampleQueue examples;
  private final TrainedSinceGreen sinceGreen;
  private final KnownVersions versions;
  private final CommandInbox commands = new CommandInbox();
  private final Unacknowledged unacknowledged = new Unacknowledged();
  private final List<AppliedCommand> answers = new ArrayList<>();
  private EarlySignals early = EarlySignals.NONE;
  private int generation;
  private long step;
  private long windows;
  private long draws;
  private long versionUpdates;

  /**
   * Of an adapter that nothing has been trained on.
   *
   * @param room for its examples
   * @param setAside hears of each example that is not trained
   */
  AdapterProgress(
      String adapterId, TrainOptions options, Room room, Consumer<QuarantinedRecord> setAside) {
    HeldBlocks blocks = new HeldBlocks(adapterId, room.blocks());
    HeldLimits held = options.held();
    this.adapterId = adapterId;
    this.examples =
        new ExampleQueue(adapterId, options.batch(), held.pauseBuffer(), blocks, setAside);
    this.versions = new KnownVersions(options.keepVersions());
    this.sinceGreen = new TrainedSinceGreen(room.rollbackKeep(), held.rollbackReferences(), blocks);
  }

  String adapterId() {
    return adapterId;
  }

  /** Examples that wait. */
  ExampleQueue examples() {
    return examples;
  }

  /** Takes examples that a step has trained: a rollback would set them aside. */
  void trained(List<HeldExample> batch) {
    sinceGreen.add(batch, versions.steps());
  }

  /** What the examples say together that a rollback would set aside. */
  Evidence evidence() {
    return sinceGreen.evidence();
  }

  /** About the bytes that examples take on the heap. */
  long heapBytes() {
    return examples.heapBytes() + sinceGreen.heapBytes();
  }

  /** Versions that commands may name. */
  KnownVersions versions() {
    return versions;
  }

  /** Commands that were heard. */
  CommandInbox commands() {
    return commands;
  }

  /** What was done to the adapter that nobody has acknowledged. */
  Unacknowledged unacknowledged() {
    return unacknowledged;
  }

  /** Raised by every rollback. */
  int generation() {
    return generation;
  }

  /** Number of the last report; never goes back. */
  long step() {
    return step;
  }

  /** Begins the next step, or another report that is numbered as one. */
  long nextStep() {
    return ++step;
  }

  /** Number of the window that is trained next, from 0. */
  long windows() {
    return windows;
  }

  /** Counts windows, from 0. */
  long nextWindow() {
    return windows++;
  }

  /** Counts batches, from 0. */
  long nextDraw() {
    return draws++;
  }

  /** What the steps since the last version have shown. */
  EarlySignals early() {
    return early;
  }

  /** Notes what a step has shown; null for what it has not. */
  void noteStep(Double harmAlignment, Double safetyLoss) {
    early = early.after(harmAlignment, safetyLoss);
  }

  /** How many of the adapter's updates no version holds yet. */
  long updatesSinceVersion(long updates) {
    return updates - versionUpdates;
  }

  /**
   * Notes that a version was made.
   *
   * @param updates that it holds
   */
  void noteVersion(KnownVersion version, long updates) {
    versions.add(version);
    versionUpdates = updates;
    early = EarlySignals.NONE;
  }

  /** From now on a version is served: what it holds cannot be undone any more. */
  void promote(KnownVersion version) {
    sinceGreen.forgetUpTo(version.getStep());
    versions.promote(version);
  }

  /**
   * Goes back to a version, whose tensors are there again; the next generation begins.
   *
   * @param updates that it holds
   * @param undone hears of the examples that it does not hold, in the order of their training
   * @return the versions that are undone, in the order in which they were made
   */
  List<KnownVersion> rollBack(KnownVersion target, long updates, Consumer<HeldExample> undone) {
    generation++;
    versionUpdates = updates;
    early = EarlySignals.NONE;
    sinceGreen.takeAfter(target.getStep(), undone);
    return versions.undoAfter(target);
  }

  /** Keeps the answer to a command for the next report. */
  void answer(AppliedCommand answer) {
    answers.add(answer);
  }

  /** How many answers wait for a report. */
  int waitingAnswers() {
    return answers.size();
  }

  /** The answers since the last report. */
  List<AppliedCommand> takeAnswers() {
    List<AppliedCommand> taken = List.copyOf(answers);
    answers.clear();
    return taken;
  }

  /** What a command is judged by. */
  CommandPolicy.Situation situation() {
    return new CommandPolicy.Situation(
        adapterId,
        generation,
        versions.names(),
        versions.promoted(),
        examples.isPaused(),
        commands.personTime(),
        examples.quarantinedSources(),
        examples.releasedSources(),
        unacknowledged.count());
  }

  AdapterBook toBook(AdapterState.Counters counters) {
    AdapterBook.Builder book =
        AdapterBook.newBuilder()
            .setGeneration(generation)
            .setStep(step)
            .setUpdates(counters.updates())
            .setProbeUpdates(counters.hiddenProbeUpdates())
            .setHasDirection(counters.hasDirection())
            .setWindows(windows)
            .setDraws(draws)
            .setVersionUpdates(versionUpdates)
            .setAnswers(List.copyOf(answers))
            .setSmoothedAlignment(early.alignment())
            .setSmoothedSafetyLoss(early.safetyLoss());
    examples.save(book);
    sinceGreen.save(book);
    versions.save(book);
    commands.save(book);
    unacknowledged.save(book);
    return book.build();
  }

  /** Takes over what was saved; for a progress that is new. */
  void restore(AdapterBook book) {
    generation = book.getGeneration();
    step = book.getStep();
    windows = book.getWindows();
    draws = book.getDraws();
    versionUpdates = book.getVersionUpdates();
    answers.addAll(book.getAnswers());
    early = new EarlySignals(book.getSmoothedAlignment(), book.getSmoothedSafetyLoss());
    examples.restore(book);
    sinceGreen.restore(book);
    versions.restore(book);
    commands.restore(book);
    unacknowledged.restore(book);
  }

  static AdapterState.Counters counters(AdapterBook book) {
    return new AdapterState.Counters(
        book.getUpdates(), book.getProbeUpdates(), book.getHasDirection());
  }
}
