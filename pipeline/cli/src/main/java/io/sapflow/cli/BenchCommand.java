package io.sapflow.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code sapflow bench}: ratios measured in one run. */
@Command(
    name = "bench",
    description = "What things cost, as ratios measured in one run.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      BenchStepCommand.class,
      BenchGpuCommand.class,
      BenchPipelineCommand.class,
      BenchCheckpointCommand.class,
      BenchFairnessCommand.class,
      BenchLatencyCommand.class,
      BenchStartCommand.class,
      BenchSourcesCommand.class
    })
public final class BenchCommand implements Runnable {

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
  }
}
