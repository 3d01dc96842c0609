package io.sapflow.cli;

import io.sapflow.ops.verify.TraceVerification;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sapflow sap verify}. */
@Command(
    name = "verify",
    description =
        "Replay a recorded training trace with the project's own step, and compare every step.")
public final class VerifyStepCommand implements Callable<Integer> {

  @Parameters(
      index = "0",
      paramLabel = "DIR",
      description = "Directory of the traces; its parent is the model.")
  private Path directory;

  @Option(
      names = "--trace",
      required = true,
      paramLabel = "NAME",
      description = "A trace of its manifest.json.")
  private String trace;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the checks as JSON.")
  private Path json;

  @Override
  public Integer call() throws IOException {
    return Checks.report(TraceVerification.run(directory, trace), json);
  }
}
