package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sapflow.model.KernelArchive;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that is taken to a GPU, run by the Python that this machine has. */
class BenchGpuIT {

  /** The system's own may have a torch that another one before it on the path has not. */
  private static final List<String> PYTHONS = List.of("/usr/bin/python3", "python3");

  @TempDir Path temp;

  private Path script;

  @BeforeEach
  void write() {
    script = temp.resolve("visit.py");
    assertThat(SapflowCommand.commandLine().execute("bench", "gpu", "--script=" + script)).isZero();
  }

  private static Optional<String> pythonThatRuns(String program) throws Exception {
    for (String python : PYTHONS) {
      try {
        Process process =
            new ProcessBuilder(python, "-c", program)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor() == 0) {
          return Optional.of(python);
        }
      } catch (IOException e) {
        // It is not there.
      }
    }
    return Optional.empty();
  }

  private String run(String python, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(python, script.toString()));
    command.addAll(List.of(arguments));
    Path said = temp.resolve("said");
    Process process =
        new ProcessBuilder(command)
            .directory(temp.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    boolean ended = process.waitFor(4, TimeUnit.MINUTES);
    process.destroyForcibly();
    String text = Files.readString(said, StandardCharsets.UTF_8);
    assertThat(ended).as(text).isTrue();
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }

  @Test
  void script_withoutTorch_listsWhatItMeasures_theMostValuableFirst() throws Exception {
    Optional<String> python = pythonThatRuns("");
    assumeTrue(python.isPresent(), "there is no python3");
    JsonNode listed = new ObjectMapper().readTree(run(python.get(), "--list"));
    assertThat(listed.get("measurements").get(0).textValue()).isEqualTo("machine");
    assertThat(listed.get("measurements").get(1).textValue()).isEqualTo("equality");
    JsonNode full = listed.get("plan").get("full");
    assertThat(full.get("double-backward").get("config").get("layers").intValue()).isEqualTo(32);
    assertThat(full.get("precision").get("config").get("layers").intValue()).isEqualTo(4);
    int tokens = 0;
    for (JsonNode row : full.get("precision").get("rows")) {
      tokens += row.get(0).intValue() + row.get(1).intValue();
    }
    assertThat(tokens).isBetween(1500, 2100);
    assertThat(full.get("difference").get("arrangements").get("sap").get("probeGradient"))
        .hasToString("\"difference\"");
  }

  /** Where no torch is there to run it, it calls what the kernel has, at least. */
  @Test
  void script_callsMethodsThatTheKernelHas() throws Exception {
    String kernel;
    try (var in = KernelArchive.class.getResourceAsStream("kernel.py")) {
      kernel = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    Matcher calls =
        Pattern.compile("kernel\\.call\\(\\s*\"(\\w+)\"").matcher(Files.readString(script));
    Set<String> called = new TreeSet<>();
    while (calls.find()) {
      called.add(calls.group(1));
    }
    assertThat(called).contains("weights", "double_backward", "adamw", "safety");
    assertThat(called).allSatisfy(name -> assertThat(kernel).contains("  def " + name + "(self"));
  }

  @Test
  void script_onACpu_measuresEverythingOnce() throws Exception {
    Optional<String> python = pythonThatRuns("import torch");
    assumeTrue(python.isPresent(), "no python3 here has torch");
    run(python.get(), "--small", "--device=cpu", "--out=results.json", "--budget=200");
    JsonNode results = new ObjectMapper().readTree(temp.resolve("results.json").toFile());
    assertThat(results.get("failed")).isEmpty();
    assertThat(results.get("skipped")).isEmpty();
    for (String family : List.of("llama", "qwen2", "qwen3", "mistral")) {
      // Both sides are this CPU.
      assertThat(results.get("equality").get(family).get("largest").doubleValue()).isZero();
      assertThat(results.get("equality").get(family).get("odd")).isEmpty();
    }
    JsonNode precision = results.get("doubleBackward");
    assertThat(precision.get("float32").get("qSameD").doubleValue()).isGreaterThan(0.9999);
    assertThat(precision.get("float32").get("qByDifferenceSameD").doubleValue())
        .isGreaterThan(0.98);
    assertThat(precision.get("bfloat16").get("qSameD").doubleValue()).isGreaterThan(0.98);
    for (String way : List.of("stepsByDoubleBackward", "stepsByDifference")) {
      assertThat(results.get(way).get("sap").get("usefulTokensPerSecond").doubleValue())
          .isPositive();
      assertThat(results.get(way).get("sap").get("kinds")).hasSize(3);
    }
    assertThat(results.get("waits").get("sap").get("equalBits").booleanValue()).isTrue();
  }
}
