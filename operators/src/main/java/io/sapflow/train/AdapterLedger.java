package io.sapflow.train;

import io.sapflow.model.AdapterState;
import io.sapflow.schema.AdapterBook;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.HeldExample;
import io.sapflow.schema.KnownVersion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a trainer knows of one adapter beside its tensors; the mutable twin of {@link AdapterBook}.
 */
final class AdapterLedger {

  private static final int COMMANDS_REMEMBERED = 1000;

  final String adapterId;
  int generation;
  long step;
  long windows;
  long draws;
  long versionUpdates;
  String promotedVersion;
  boolean paused;
  long commandTime;
  EarlySignals signals = EarlySignals.NONE;
  List<KnownVersion> versions = new ArrayList<>();
  final List<HeldExample> window = new ArrayList<>();
  final List<HeldExample> sinceGreen = new ArrayList<>();
  final List<HeldExample> buffer = new ArrayList<>();
  final Set<String> quarantinedSources = new TreeSet<>();
  final Set<String> releasedSources = new TreeSet<>();
  final List<ControlCommand> waitingCommands = new ArrayList<>();
  final List<AppliedCommand> answers = new ArrayList<>();
  private final LinkedHashMap<String, String> seenCommands = new LinkedHashMap<>();
  private long sinceGreenBytes;
  private int firstWithBytes;

  AdapterLedger(String adapterId) {
    this.adapterId = adapterId;
  }

  /** What a command is to those that were heard before it. */
  enum Sight {
    FIRST,
    AGAIN,

    /** Another command has its id. */
    ID_TAKEN
  }

  /**
   * Remembers a command.
   *
   * @param fingerprint of its content
   */
  Sight see(String commandId, String fingerprint) {
    String before = seenCommands.putIfAbsent(commandId, fingerprint);
    if (seenCommands.size() > COMMANDS_REMEMBERED) {
      seenCommands.remove(seenCommands.keySet().iterator().next());
    }
    if (before == null) {
      return Sight.FIRST;
    }
    // Of commands from before there were fingerprints only the id is known.
    return before.isEmpty() || before.equals(fingerprint) ? Sight.AGAIN : Sight.ID_TAKEN;
  }

  /** Adds trained examples, and lets go of the oldest bytes beyond the bound. */
  void addSinceGreen(List<HeldExample> trained, long mostBytes) {
    sinceGreen.addAll(trained);
    trained.forEach(held -> sinceGreenBytes += HeldExamples.bytes(held));
    while (sinceGreenBytes > mostBytes && firstWithBytes < sinceGreen.size()) {
      HeldExample oldest = sinceGreen.get(firstWithBytes);
      sinceGreenBytes -= HeldExamples.bytes(oldest);
      sinceGreen.set(firstWithBytes, HeldExamples.byReference(oldest));
      firstWithBytes++;
    }
  }

  /** Takes out and returns the examples that were trained after a step, in order. */
  List<HeldExample> takeTrainedAfter(long afterStep) {
    List<HeldExample> taken = sinceGreen.stream().filter(held -> held.getStep() > afterStep).toList();
    keep(sinceGreen.stream().filter(held -> held.getStep() <= afterStep).toList());
    return taken;
  }

  /** Forgets the examples that a promoted version holds. */
  void forgetTrainedUpTo(long step) {
    keep(sinceGreen.stream().filter(held -> held.getStep() > step).toList());
  }

  private void keep(List<HeldExample> kept) {
    sinceGreen.clear();
    sinceGreen.addAll(kept);
    sinceGreenBytes = sinceGreen.stream().mapToLong(HeldExamples::bytes).sum();
    firstWithBytes = 0;
  }

  KnownVersion version(String name) {
    return versions.stream()
        .filter(known -> known.getVersion().equals(name))
        .findFirst()
        .orElse(null);
  }

  AdapterBook toBook(AdapterState.Counters counters) {
    return AdapterBook.newBuilder()
        .setGeneration(generation)
        .setStep(step)
        .setUpdates(counters.updates())
        .setProbeUpdates(counters.probeUpdates())
        .setHasDirection(counters.hasDirection())
        .setWindows(windows)
        .setDraws(draws)
        .setVersionUpdates(versionUpdates)
        .setPromotedVersion(promotedVersion)
        .setVersions(List.copyOf(versions))
        .setWindow(List.copyOf(window))
        .setSinceGreen(List.copyOf(sinceGreen))
        .setQuarantinedSources(List.copyOf(quarantinedSources))
        .setPaused(paused)
        .setBuffer(List.copyOf(buffer))
        .setSeenCommands(List.copyOf(seenCommands.keySet()))
        .setSeenFingerprints(List.copyOf(seenCommands.values()))
        .setWaitingCommands(List.copyOf(waitingCommands))
        .setAnswers(List.copyOf(answers))
        .setCommandTime(commandTime)
        .setSmoothedAlignment(signals.alignment())
        .setSmoothedSafetyLoss(signals.safetyLoss())
        .setReleasedSources(List.copyOf(releasedSources))
        .build();
  }

  static AdapterLedger ofBook(String adapterId, AdapterBook book) {
    AdapterLedger ledger = new AdapterLedger(adapterId);
    ledger.generation = book.getGeneration();
    ledger.step = book.getStep();
    ledger.windows = book.getWindows();
    ledger.draws = book.getDraws();
    ledger.versionUpdates = book.getVersionUpdates();
    ledger.promotedVersion = book.getPromotedVersion();
    ledger.paused = book.getPaused();
    ledger.commandTime = book.getCommandTime();
    ledger.signals = new EarlySignals(book.getSmoothedAlignment(), book.getSmoothedSafetyLoss());
    ledger.versions.addAll(book.getVersions());
    ledger.window.addAll(book.getWindow());
    ledger.keep(book.getSinceGreen());
    ledger.buffer.addAll(book.getBuffer());
    ledger.quarantinedSources.addAll(book.getQuarantinedSources());
    ledger.releasedSources.addAll(book.getReleasedSources());
    boolean known = book.getSeenFingerprints().size() == book.getSeenCommands().size();
    for (int i = 0; i < book.getSeenCommands().size(); i++) {
      ledger.seenCommands.put(
          book.getSeenCommands().get(i), known ? book.getSeenFingerprints().get(i) : "");
    }
    ledger.waitingCommands.addAll(book.getWaitingCommands());
    ledger.answers.addAll(book.getAnswers());
    return ledger;
  }

  static AdapterState.Counters counters(AdapterBook book) {
    return new AdapterState.Counters(
        book.getUpdates(), book.getProbeUpdates(), book.getHasDirection());
  }
}
