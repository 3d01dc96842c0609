package io.sapflow.train;

import io.sapflow.model.AdapterState;
import io.sapflow.model.ModelException;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.CommandContent;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.KnownVersion;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.VersionStatus;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Carries out commands on one adapter, between batches.
 *
 * <p>A command that changes what is trained makes a report of its own, and so does the refusal of a
 * person's; the answer to any other rides on the next report, so that promotions do not number the
 * steps.
 */
final class CommandDesk {

  private final AdapterTrainer trainer;
  private final AdapterTrainer.Shared shared;
  private final AdapterLedger ledger;
  private final AdapterState state;

  CommandDesk(
      AdapterTrainer trainer,
      AdapterTrainer.Shared shared,
      AdapterLedger ledger,
      AdapterState state) {
    this.trainer = trainer;
    this.shared = shared;
    this.ledger = ledger;
    this.state = state;
  }

  void receive(ControlCommand command) {
    switch (ledger.see(command.getId(), CommandContent.fingerprint(command))) {
      case AGAIN -> {}
      case ID_TAKEN -> {
        refuse(
            command,
            "another command has the id " + command.getId() + ", expected an id of its own");
        applyDue();
      }
      case FIRST -> {
        if (command.getAtStep() != null && command.getAtStep() > ledger.step) {
          ledger.waitingCommands.add(command);
        } else {
          apply(command);
          applyDue();
        }
      }
    }
  }

  /** Carries out the commands whose step has come; one may bring the next one's. */
  void applyDue() {
    for (ControlCommand due = takeDue(); due != null; due = takeDue()) {
      apply(due);
    }
  }

  private ControlCommand takeDue() {
    for (Iterator<ControlCommand> each = ledger.waitingCommands.iterator(); each.hasNext(); ) {
      ControlCommand command = each.next();
      if (command.getAtStep() <= ledger.step) {
        each.remove();
        return command;
      }
    }
    return null;
  }

  /** The examples of a batch that commands since its window was cut still let through. */
  List<Held> readmit(List<Held> batch) {
    if (ledger.quarantinedSources.isEmpty() && !ledger.paused) {
      return batch;
    }
    int before = ledger.window.size();
    batch.forEach(trainer::admit);
    List<Held> admitted = new ArrayList<>(ledger.window.subList(before, ledger.window.size()));
    ledger.window.subList(before, ledger.window.size()).clear();
    return admitted;
  }

  private void apply(ControlCommand command) {
    String refusal = shared.policy().refusal(command, situation());
    if (refusal != null) {
      refuse(command, refusal);
      return;
    }
    if (isPersons(command) && shared.policy().lasts(command.getKind())) {
      ledger.commandTime = Math.max(ledger.commandTime, command.getTime());
    }
    switch (command.getKind()) {
      case PROMOTED -> promoted(command);
      case ROLLBACK -> rollback(command);
      case PAUSE -> pause(command);
      case RESUME -> resume(command);
      case QUARANTINE_SOURCE -> quarantineSource(command);
      case RELEASE_SOURCE -> releaseSource(command);
      case FLUSH -> flush(command);
      case PROBE_NOW -> probeNow(command);
      default -> refuse(command, "kind " + command.getKind() + " is not known here");
    }
  }

  private CommandPolicy.Situation situation() {
    Set<String> known =
        ledger.versions.stream().map(KnownVersion::getVersion).collect(Collectors.toSet());
    return new CommandPolicy.Situation(
        ledger.adapterId,
        ledger.generation,
        known,
        ledger.promotedVersion,
        ledger.paused,
        ledger.commandTime,
        Set.copyOf(ledger.quarantinedSources),
        Set.copyOf(ledger.releasedSources));
  }

  private void promoted(ControlCommand command) {
    String name = command.getArguments().get("version");
    KnownVersion version = ledger.version(name);
    if (version == null) {
      refuse(command, "version " + name + " is not known");
      return;
    }
    ledger.promotedVersion = name;
    ledger.forgetTrainedUpTo(version.getStep());
    // Older candidates can no longer be asked for: only promoted versions and newer ones stay.
    ledger.versions =
        ledger.versions.stream()
            .map(
                v ->
                    v == version ? new KnownVersion(name, v.getGeneration(), v.getStep(), true) : v)
            .filter(v -> v.getPromoted() || v.getStep() > version.getStep())
            .collect(Collectors.toCollection(ArrayList::new));
    answer(command, CommandOutcome.APPLIED, null);
  }

  private void rollback(ControlCommand command) {
    String asked = command.getArguments().getOrDefault("version", ledger.promotedVersion);
    String name = ledger.version(asked) == null ? ledger.promotedVersion : asked;
    KnownVersion target = ledger.version(name);
    if (target == null) {
      refuse(command, "version " + asked + " is not known");
      return;
    }
    try {
      shared.store().restore(ledger.adapterId, name, state);
    } catch (ModelException e) {
      cannotRollBack(command, name, e);
      return;
    }
    trainer.tensorsChange();
    ledger.versionUpdates = state.counters().updates();
    ledger.signals = EarlySignals.NONE;
    ledger.generation++;
    List<Held> undone = ledger.takeTrainedAfter(target.getStep());
    String message = "rolled back to " + name + ": " + command.getReason();
    undone.forEach(
        held ->
            shared
                .output()
                .quarantine(held.quarantined(QuarantineReason.SAFETY_ROLLBACK, message)));
    undoVersionsAfter(target, command);
    answer(
        command,
        CommandOutcome.APPLIED,
        "to " + name + ", " + undone.size() + " examples set aside");
    report();
  }

  /** Nothing more is trained on weights that should have been undone, until a person says so. */
  private void cannotRollBack(ControlCommand command, String name, ModelException cause) {
    answer(
        command,
        CommandOutcome.REFUSED,
        "version "
            + name
            + " cannot be restored: "
            + cause.getMessage()
            + "; the adapter is paused: roll it back to another version, then resume it");
    holdBack();
    report();
  }

  private void undoVersionsAfter(KnownVersion target, ControlCommand command) {
    // What is served next must have been promoted, which the place to go back to need not be.
    ledger.promotedVersion = target.getPromoted() ? target.getVersion() : ledger.promotedVersion;
    Set<KnownVersion> gone = new HashSet<>();
    for (KnownVersion version : ledger.versions) {
      if (version.getStep() > target.getStep()) {
        gone.add(version);
        shared
            .output()
            .version(
                AdapterVersion.newBuilder()
                    .setAdapterId(ledger.adapterId)
                    .setVersion(version.getVersion())
                    .setGeneration(version.getGeneration())
                    .setStep(version.getStep())
                    .setUpdates(0)
                    .setParent(ledger.promotedVersion)
                    .setUri("")
                    .setSha256("")
                    .setStatus(VersionStatus.ROLLED_BACK)
                    .setBaseModel(shared.baseModel())
                    .setReason(command.getReason())
                    .build());
      }
    }
    ledger.versions.removeAll(gone);
  }

  private void pause(ControlCommand command) {
    holdBack();
    answer(command, CommandOutcome.APPLIED, null);
    report();
  }

  private void holdBack() {
    ledger.paused = true;
    List<Held> waiting = List.copyOf(ledger.window);
    ledger.window.clear();
    waiting.forEach(trainer::admit);
  }

  private void resume(ControlCommand command) {
    ledger.paused = false;
    List<Held> waiting = List.copyOf(ledger.buffer);
    ledger.buffer.clear();
    waiting.forEach(trainer::admit);
    answer(command, CommandOutcome.APPLIED, waiting.size() + " examples waited");
    report();
  }

  private void quarantineSource(ControlCommand command) {
    String source = command.getArguments().get("source");
    ledger.quarantinedSources.add(source);
    ledger.releasedSources.remove(source);
    int before = ledger.window.size() + ledger.buffer.size();
    List<Held> waiting = new ArrayList<>(ledger.window);
    List<Held> buffered = new ArrayList<>(ledger.buffer);
    ledger.window.clear();
    ledger.buffer.clear();
    waiting.forEach(trainer::admit);
    buffered.forEach(trainer::admit);
    int setAside = before - ledger.window.size() - ledger.buffer.size();
    answer(command, CommandOutcome.APPLIED, setAside + " waiting examples set aside");
    report();
  }

  private void releaseSource(ControlCommand command) {
    String source = command.getArguments().get("source");
    ledger.quarantinedSources.remove(source);
    ledger.releasedSources.add(source);
    answer(command, CommandOutcome.APPLIED, null);
    report();
  }

  private void flush(ControlCommand command) {
    answer(
        command,
        CommandOutcome.APPLIED,
        ledger.window.size() + " examples of an unfinished window");
    trainer.flush();
    report();
  }

  /** The report comes first: its step's number tells the version from one with equal weights. */
  private void probeNow(ControlCommand command) {
    answer(command, CommandOutcome.APPLIED, null);
    report();
    trainer.makeVersion();
  }

  /** A person is answered at once. */
  private void refuse(ControlCommand command, String reason) {
    answer(command, CommandOutcome.REFUSED, reason);
    if (isPersons(command)) {
      report();
    }
  }

  private boolean isPersons(ControlCommand command) {
    return shared.policy().isPerson(command.getIssuer());
  }

  private void answer(ControlCommand command, CommandOutcome outcome, String reason) {
    ledger.answers.add(StepReports.answer(command, outcome, reason));
  }

  private void report() {
    ledger.step++;
    shared.output().step(StepReports.ofCommands(ledger, state, shared));
  }
}
