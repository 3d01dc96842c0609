package io.sapflow.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code sapflow sap}: the training step by itself. */
@Command(
    name = "sap",
    description = "The training step by itself.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {VerifyStepCommand.class, PrecisionCommand.class})
public final class SapCommand implements Runnable {

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
  }
}
