package io.sapflow.train;

import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.KnownVersion;

/**
 * What is to happen on a command.
 *
 * @param command what was asked for
 * @param refusal why it is not carried out, in words; null if it is
 * @param answeredAtOnce whether a refusal makes a report of its own
 * @param version that a promotion or a rollback leads to; null for other kinds
 */
record CommandDecision(
    ControlCommand command, String refusal, boolean answeredAtOnce, KnownVersion version) {

  static CommandDecision refuse(ControlCommand command, String reason, boolean atOnce) {
    return new CommandDecision(command, reason, atOnce, null);
  }

  static CommandDecision carryOut(ControlCommand command) {
    return new CommandDecision(command, null, false, null);
  }

  static CommandDecision carryOut(ControlCommand command, KnownVersion version) {
    return new CommandDecision(command, null, false, version);
  }
}
