package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.model.ComputeType;
import io.sapflow.model.KernelArchive;
import io.sapflow.model.KernelOptions;
import io.sapflow.model.LoraSpec;
import io.sapflow.model.LoraTarget;
import io.sapflow.model.ModelConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelCommandTest {

  private static final Path MODEL = Path.of("../../operators/src/test/resources/fixtures/f1_llama");

  @TempDir private Path temp;
  private final StringWriter err = new StringWriter();

  private int run(Object model, Object out, String... more) {
    String[] args = new String[5 + more.length];
    args[0] = "model";
    args[1] = "kernel";
    args[2] = model.toString();
    args[3] = "--out";
    args[4] = out.toString();
    System.arraycopy(more, 0, args, 5, more.length);
    return SapflowCommand.commandLine().setErr(new PrintWriter(err, true)).execute(args);
  }

  @Test
  void model_withOptions_writesTheArchiveThatTheJobLoads() throws IOException {
    Path file = temp.resolve("kernel.pt");

    int code =
        run(
            MODEL,
            file,
            "-Dsapflow.lora.rank=3",
            "-Dsapflow.lora.alpha=6",
            "-Dsapflow.lora.targets=k_proj",
            "-Dsapflow.sap.probe-layers=1",
            "-Dsapflow.sap.probe-relative=false",
            "-Dsapflow.sap.temperature=2",
            "-Dsapflow.model.compute-type=bfloat16");

    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    assertThat(Files.readAllBytes(file))
        .isEqualTo(
            KernelArchive.of(
                ModelConfig.read(MODEL),
                new LoraSpec(3, 6, false, Set.of(LoraTarget.K)),
                KernelOptions.training(new int[] {1}, 2).in(ComputeType.BFLOAT16),
                ComputeType.BFLOAT16));
  }

  @Test
  void directoryWithoutModel_isRefused() {
    assertRefused(temp, temp.resolve("kernel.pt"), temp + "/config.json: ");
    assertThat(temp.resolve("kernel.pt")).doesNotExist();
  }

  @Test
  void fileThatExists_isRefusedAndStays() throws IOException {
    Path file = Files.writeString(temp.resolve("kernel.pt"), "mine");
    assertRefused(
        MODEL,
        file,
        "--out: found " + file + ", expected a new file (see sapflow model kernel --help)");
    assertThat(file).hasContent("mine");
  }

  @Test
  void fileInNoDirectory_isRefused() throws IOException {
    assertRefused(
        MODEL,
        temp.resolve("none/kernel.pt"),
        "--out: found no directory " + temp + "/none, expected one to write into");
    Path file = Files.writeString(temp.resolve("plain"), "");
    assertRefused(
        MODEL,
        file.resolve("kernel.pt"),
        "--out: found no directory " + file + ", expected one to write into");
  }

  @Test
  void fileThatCannotBeWritten_isRefused() {
    Path file = temp.resolve("k".repeat(300));
    assertRefused(MODEL, file, "--out: cannot write " + file + " (");
  }

  private void assertRefused(Path model, Path out, String message) {
    err.getBuffer().setLength(0);
    assertThat(run(model, out)).isEqualTo(2);
    assertThat(err.toString()).startsWith("sapflow: " + message);
    assertThat(err.toString().lines()).hasSize(1);
  }
}
