package io.sapflow.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code sapflow model}: what is done with a model's files. */
@Command(
    name = "model",
    description = "Check, look into and make models.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      InspectCommand.class,
      RenderCommand.class,
      MergeCommand.class,
      VerifyModelCommand.class,
      TryModelCommand.class,
      KernelCommand.class,
      RandomModelCommand.class,
      TrainToyCommand.class,
      ToyDataCommand.class
    })
public final class ModelCommand implements Runnable {

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
  }
}
