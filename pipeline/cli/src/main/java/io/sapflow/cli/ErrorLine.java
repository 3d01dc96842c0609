package io.sapflow.cli;

import io.sapflow.model.ModelException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Says on standard error, in one line, why a command failed, and which exit code that is. */
final class ErrorLine {
  private ErrorLine() {}

  /** Arguments picocli refused. */
  static int usage(ParameterException error, String[] args) {
    CommandLine command = error.getCommandLine();
    print(command.getErr(), firstLine(error.getMessage()) + help(command));
    return CommandLine.ExitCode.USAGE;
  }

  /** What a command threw; files and settings that cannot be used count as wrong arguments. */
  static int failure(Exception error, CommandLine command, boolean verbose) {
    boolean usage = error instanceof UsageException;
    boolean input =
        usage || error instanceof ModelException || error instanceof IllegalArgumentException;
    String message = error.getMessage() == null ? error.toString() : error.getMessage();
    print(command.getErr(), usage ? message + help(command) : message);
    if (verbose) {
      error.printStackTrace(command.getErr());
      command.getErr().flush();
    }
    return input ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
  }

  private static String help(CommandLine command) {
    return " (see " + command.getCommandSpec().qualifiedName() + " --help)";
  }

  /** picocli lists alternatives on further lines. */
  private static String firstLine(String message) {
    return message.lines().findFirst().orElse(message);
  }

  private static void print(PrintWriter err, String message) {
    // A template or a native library may have put line ends into it.
    err.println("sapflow: " + message.replaceAll("\\p{Cntrl}+", " "));
    err.flush();
  }
}
