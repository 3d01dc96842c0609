package io.sapflow.cli;

import io.sapflow.ops.verify.ModelVerification;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sapflow model verify}. */
@Command(
    name = "verify",
    description =
        "Compute a recorded model's logits, losses and gradients, and compare them with the record.")
public final class VerifyModelCommand implements Callable<Integer> {

  @Parameters(
      index = "0",
      paramLabel = "DIR",
      description = "Model with cases.safetensors, adapter/ and manifest.json.")
  private Path directory;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the checks as JSON.")
  private Path json;

  @Override
  public Integer call() throws IOException {
    return Checks.report(ModelVerification.run(directory), json);
  }
}
