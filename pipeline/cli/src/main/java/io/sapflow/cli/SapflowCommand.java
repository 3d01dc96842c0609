package io.sapflow.cli;

import io.sapflow.job.options.Variables;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The root of the command line, {@code ./sapflow}. */
@Command(
    name = "sapflow",
    description = "Continual, safety-aware fine-tuning of language models as an Apache Flink job.",
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = Version.class,
    sortOptions = false)
public final class SapflowCommand implements Runnable {
  /** Every command, in the order of the help text. */
  private static final List<Class<?>> COMMANDS =
      List.of(
          DemoCommand.class,
          TuneCommand.class,
          CheckCommand.class,
          RunCommand.class,
          SubmitCommand.class,
          TopicsCommand.class,
          SendCommand.class,
          PairsCommand.class,
          PromptsCommand.class,
          WatchCommand.class,
          ControlCommandLine.class,
          ReplayCommand.class,
          LedgerCommand.class,
          ProbeCommand.class,
          BlameCommand.class,
          CompareCommand.class,
          ModelCommand.class,
          SapCommand.class,
          BenchCommand.class,
          DrillCommand.class,
          ChaosCommand.class,
          SoakCommand.class);

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = CommandLine.ScopeType.INHERIT,
      description = "Print this help and end.")
  private boolean help;

  @Option(names = "--version", versionHelp = true, description = "Print the version and end.")
  private boolean version;

  @Option(
      names = "--verbose",
      scope = CommandLine.ScopeType.INHERIT,
      description = "Print the stack trace of an error; SAPFLOW_DEBUG in the environment does too.")
  private boolean verbose;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Runs the command and ends the JVM with its exit code. */
  public static void main(String[] args) {
    // Figures are printed alike everywhere.
    Locale.setDefault(Locale.ROOT);
    System.exit(commandLine().execute(args));
  }

  /** The whole command line, ready to execute. */
  static CommandLine commandLine() {
    SapflowCommand root = new SapflowCommand();
    CommandLine line = new CommandLine(root);
    COMMANDS.forEach(line::addSubcommand);
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(ErrorLine::usage)
        .setExecutionExceptionHandler(
            (error, failed, result) -> ErrorLine.failure(error, failed, root.verbose()));
  }

  /** Without a command there is nothing to do. */
  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
  }

  private boolean verbose() {
    return verbose || System.getenv(Variables.DEBUG) != null;
  }
}
