package io.sapflow.train;

import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.KnownVersion;

/**
 * Hears the commands for one adapter and decides what is to happen; nothing of it is done here, but
 * that commands are remembered.
 */
final class CommandHandler {

  private final CommandPolicy policy;
  private final AdapterProgress progress;

  CommandHandler(CommandPolicy policy, AdapterProgress progress) {
    this.policy = policy;
    this.progress = progress;
  }

  /**
   * What is to happen at once; null on a command that waits for its step, or was heard before.
   *
   * @param heard when it was read, epoch milliseconds
   */
  CommandDecision hear(ControlCommand command, long heard) {
    progress.commands().forgetPersonAfter(policy.latest(heard));
    String untimely = policy.untimely(command, heard);
    if (untimely != null) {
      return refuse(command, untimely);
    }
    return switch (progress.commands().see(command)) {
      case AGAIN -> null;
      case ID_TAKEN ->
          refuse(
              command,
              "another command has the id " + command.getId() + ", expected an id of its own");
      case FIRST -> {
        if (WindowCut.isOne(command)) {
          String fault = fault(command);
          yield fault == null ? defer(command) : refuse(command, fault);
        }
        yield command.getAtStep() != null && command.getAtStep() > progress.step()
            ? defer(command)
            : decide(command);
      }
    };
  }

  private CommandDecision defer(ControlCommand command) {
    String full = progress.commands().defer(command);
    return full == null ? null : refuse(command, full);
  }

  private static String fault(ControlCommand command) {
    try {
      WindowCut.of(command);
      return null;
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }

  /**
   * What is to happen on the next FLUSH that names a window of which enough has come, or that is
   * past; null where there is none.
   */
  CommandDecision nextCut() {
    long window = progress.windows();
    long examples = progress.examples().inFirstWindow();
    ControlCommand past = progress.commands().takeCut(cut -> cut.window() < window);
    if (past != null) {
      return refuse(
          past,
          "window " + WindowCut.of(past).window() + " has been trained, the next is " + window);
    }
    ControlCommand due =
        progress.commands().takeCut(cut -> cut.window() == window && cut.examples() <= examples);
    return due == null ? null : decide(due);
  }

  /** What is to happen on the next command whose step has come; null where there is none. */
  CommandDecision nextDue() {
    ControlCommand due = progress.commands().takeDue(progress.step());
    return due == null ? null : decide(due);
  }

  private CommandDecision decide(ControlCommand command) {
    String refusal = policy.refusal(command, progress.situation());
    if (refusal != null) {
      return refuse(command, refusal);
    }
    CommandDecision decision = possible(command);
    boolean carriedOut = decision.refusal() == null;
    if (carriedOut && policy.isPerson(command.getIssuer()) && policy.lasts(command.getKind())) {
      progress.commands().notePerson(command);
    }
    return decision;
  }

  /** What is to happen on a command that may be given, if what it names is there. */
  private CommandDecision possible(ControlCommand command) {
    KnownVersions versions = progress.versions();
    String named = command.getArguments().get("version");
    return switch (command.getKind()) {
      case PROMOTED -> leadTo(command, versions.find(named), named);
      case ROLLBACK -> {
        String asked = named == null ? versions.promoted() : named;
        KnownVersion known = versions.find(asked);
        yield leadTo(command, known == null ? versions.find(versions.promoted()) : known, asked);
      }
      case QUARANTINE_SOURCE, RELEASE_SOURCE -> {
        String source = command.getArguments().get("source");
        yield progress.examples().mayName(source)
            ? CommandDecision.carryOut(command)
            : refuse(
                command,
                "source "
                    + source
                    + " is one more than the "
                    + ExampleQueue.MOST_SOURCES
                    + " that may be set aside or released; bind sources by sapflow.sources");
      }
      case PAUSE, RESUME, FLUSH, PROBE_NOW, ACKNOWLEDGE -> CommandDecision.carryOut(command);
      default -> refuse(command, "kind " + command.getKind() + " is not known here");
    };
  }

  private CommandDecision leadTo(ControlCommand command, KnownVersion version, String asked) {
    return version == null
        ? refuse(command, "version " + asked + " is not known")
        : CommandDecision.carryOut(command, version);
  }

  /** A person is answered at once. */
  private CommandDecision refuse(ControlCommand command, String reason) {
    return CommandDecision.refuse(command, reason, policy.isPerson(command.getIssuer()));
  }
}
