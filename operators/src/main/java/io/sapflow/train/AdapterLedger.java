package io.sapflow.train;

import io.sapflow.model.AdapterState;
import io.sapflow.schema.AdapterBook;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.ControlCommand;
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
  final List<Held> window = new ArrayList<>();
  final List<Held> sinceGreen = new ArrayList<>();
  final List<Held> buffer = new ArrayList<>();
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
  void addSinceGreen(List<Held> trained, long mostBytes) {
    sinceGreen.addAll(trained);
    trained.forEach(held -> sinceGreenBytes += held.bytes());
    while (sinceGreenBytes > mostBytes && firstWithBytes < sinceGreen.size()) {
      Held oldest = sinceGreen.get(firstWithBytes);
      sinceGreenBytes -= oldest.bytes();
      sinceGreen.set(firstWithBytes, oldest.byReference());
      firstWithBytes++;
    }
  }

  /** Takes out and returns the examples that were trained after a step, in order. */
  List<Held> takeTrainedAfter(long afterStep) {
    List<Held> taken = sinceGreen.stream().filter(held -> held.step() > afterStep).toList();
    keep(sinceGreen.stream().filter(held -> held.step() <= afterStep).toList());
    return taken;
  }

  /** Forgets the examples that a promoted version holds. */
  void forgetTrainedUpTo(long step) {
    keep(sinceGreen.stream().filter(held -> held.step() > step).toList());
  }

  private void keep(List<Held> kept) {
    sinceGreen.clear();
    sinceGreen.addAll(kept);
    sinceGreenBytes = sinceGreen.stream().mapToLong(Held::bytes).sum();
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
        .setProbeUpdates(counters.hiddenProbeUpdates())
        .setHasDirection(counters.hasDirection())
        .setWindows(windows)
        .setDraws(draws)
        .setVersionUpdates(versionUpdates)
        .setPromotedVersion(promotedVersion)
        .setVersions(List.copyOf(versions))
        .setWindow(window.stream().map(Held::toRecord).toList())
        .setSinceGreen(sinceGreen.stream().map(Held::toRecord).toList())
        .setQuarantinedSources(List.copyOf(quarantinedSources))
        .setPaused(paused)
        .setBuffer(buffer.stream().map(Held::toRecord).toList())
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
    book.getWindow().forEach(held -> ledger.window.add(Held.ofRecord(adapterId, held)));
    ledger.keep(book.getSinceGreen().stream().map(held -> Held.ofRecord(adapterId, held)).toList());
    book.getBuffer().forEach(held -> ledger.buffer.add(Held.ofRecord(adapterId, held)));
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
