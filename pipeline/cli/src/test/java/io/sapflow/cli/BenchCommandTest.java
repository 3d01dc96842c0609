package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {

  private static final List<String> ARRANGEMENTS =
      List.of("plain", "sapWithoutReplay", "sap", "sapReferenceArrangement");

  @TempDir Path temp;
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    List<String> all = new ArrayList<>(List.of("bench", "step"));
    all.addAll(List.of(args));
    return SapflowCommand.commandLine()
        .setErr(new PrintWriter(err, true))
        .execute(all.toArray(String[]::new));
  }

  @Test
  void step_toyModel_twoCyclesOnTheSameExamples() throws Exception {
    Path json = temp.resolve("out.json");
    assertThat(
            run(
                "--model=toy",
                "--steps=5",
                "--pair-limit=24",
                "-Dsapflow.tokens.max-length=16",
                "-Dsapflow.batch.window=8",
                "-Dsapflow.batch.rows=4",
                "-Dsapflow.sap.pairs=2",
                "-Dsapflow.sap.replay-share=0.2",
                "-Dsapflow.sap.direction-refresh-steps=4",
                "-Dsapflow.sap.probe-refresh-steps=2",
                "--json=" + json))
        .isZero();
    JsonNode root = new ObjectMapper().readTree(json.toFile());
    assertThat(root.get("model").textValue()).isEqualTo("toy");
    assertThat(root.get("defaults").get("directionRefreshSteps").intValue()).isEqualTo(4);
    assertThat(root.get("defaults").get("probeRefreshSteps").intValue()).isEqualTo(2);
    assertThat(root.get("defaults").get("limit").intValue()).isEqualTo(16);
    for (String arrangement : ARRANGEMENTS) {
      JsonNode node = root.get(arrangement);
      assertThat(node.get("steps").intValue()).isEqualTo(8);
      assertThat(node.get("examples")).isEqualTo(root.get("plain").get("examples"));
      assertThat(node.get("usefulTokens")).isEqualTo(root.get("plain").get("usefulTokens"));
      assertThat(node.get("usefulTokensPerSecond").doubleValue()).isPositive();
      assertThat(node.has("peakMiB")).isTrue();
    }
    assertThat(root.get("sapCostOverPlain").doubleValue()).isPositive();
    assertThat(root.get("sapThroughputOverReference").doubleValue()).isPositive();
    JsonNode counted = root.get("countedWork");
    assertThat(counted.get("sapCostOverPlain").doubleValue()).isGreaterThan(1);
    assertThat(counted.get("sapThroughputOverReference").doubleValue()).isGreaterThan(1);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void step_wrongArguments_sayWhatIsRight() {
    assertThat(run("--model=" + temp.resolve("none"))).isEqualTo(2);
    assertThat(run("--steps=0")).isEqualTo(2);
    assertThat(run("--pair-limit=1")).isEqualTo(2);
    assertThat(err.toString())
        .contains("none, expected one in Hugging Face layout, toy or random")
        .contains("--steps: found 0, expected at least 1")
        .contains("--pair-limit: found 1, expected at least 2");
  }
}
