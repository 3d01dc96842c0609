package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
  void step_toyModel_eachKindOnTheSameExamplesOfEachSeed() throws Exception {
    Path json = temp.resolve("out.json");
    assertThat(
            run(
                "--model=toy",
                "--steps=3",
                "--seeds=2",
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
      // Whole windows of two batches of four; the reference's arrangement on one seed.
      boolean reference = arrangement.equals("sapReferenceArrangement");
      assertThat(node.get("steps").intValue()).isEqualTo(reference ? 4 : 8);
      assertThat(node.get("examples").intValue()).isEqualTo(reference ? 16 : 32);
      if (!reference) {
        assertThat(node.get("usefulTokens")).isEqualTo(root.get("plain").get("usefulTokens"));
      }
      assertThat(node.get("usefulTokensPerSecond").doubleValue()).isPositive();
      assertThat(node.has("peakMiB")).isTrue();
    }
    assertThat(root.get("spread").get("sapCostOverPlain").doubleValue()).isPositive();
    assertThat(root.get("spread").get("sapWithoutReplayCostOverPlain").doubleValue()).isPositive();
    assertThat(root.get("sapCostOverPlain").doubleValue()).isPositive();
    assertThat(root.get("sapThroughputOverReference").doubleValue()).isPositive();
    JsonNode counted = root.get("countedWork");
    assertThat(counted.get("sapCostOverPlain").doubleValue()).isGreaterThan(1);
    assertThat(counted.get("sapThroughputOverReference").doubleValue()).isGreaterThan(1);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void step_counted_countsTheSameWithoutTiming() throws Exception {
    Path json = temp.resolve("counted.json");
    assertThat(
            run(
                "--model=toy",
                "--counted",
                "--seeds=2",
                "-Dsapflow.tokens.max-length=16",
                "-Dsapflow.sap.probe-gradient=double-backward",
                "-Dsapflow.sap.probe-rows=0.5",
                "--peer=" + temp.resolve("peer.json"),
                "--json=" + json))
        .isZero();
    JsonNode root = new ObjectMapper().readTree(json.toFile());
    assertThat(root.get("defaults").get("probeGradient").textValue()).isEqualTo("double-backward");
    assertThat(root.get("defaults").get("probeRows").doubleValue()).isEqualTo(0.5);
    assertThat(root.get("sapCostOverPlain").isNull()).isTrue();
    assertThat(root.get("plain").get("usefulTokensPerSecond").isNull()).isTrue();
    JsonNode counted = root.get("countedWork");
    assertThat(counted.get("sapCostOverPlain").doubleValue()).isBetween(1.0, 2.0);
    assertThat(counted.get("spread").get("sapCostOverPlain").doubleValue()).isBetween(0.0, 1.0);
    assertThat(err.toString()).isEmpty();
    peerDoesTheSame(root, new ObjectMapper().readTree(temp.resolve("peer.json").toFile()));
  }

  /** What the plan adds up to is what the bench has counted. */
  private static void peerDoesTheSame(JsonNode result, JsonNode plan) {
    for (String key : ARRANGEMENTS) {
      JsonNode arrangement = plan.get("arrangements").get(key);
      double flops = 0;
      long useful = 0;
      int steps = 0;
      for (int seed = 0; seed < arrangement.get("work").size(); seed++) {
        for (int i = 0; i < arrangement.get("work").get(seed).size(); i++) {
          JsonNode batch = arrangement.get("work").get(seed).get(i);
          for (int kind = 0; kind < arrangement.get("kinds").size(); kind++) {
            flops +=
                arrangement.get("kinds").get(kind).get("share").doubleValue()
                    * batch.get("flops").get(kind).longValue();
          }
          useful += plan.get("work").get(seed).get("batches").get(i).get("usefulTokens").intValue();
          steps++;
        }
      }
      JsonNode own = result.get(key);
      assertThat(steps).as(key).isEqualTo(own.get("steps").intValue());
      assertThat(useful).as(key).isEqualTo(own.get("usefulTokens").longValue());
      assertThat(flops / 1e12 / steps)
          .as(key)
          .isCloseTo(own.get("teraflopPerStep").doubleValue(), within(1e-12));
    }
  }

  @Test
  void step_wrongArguments_sayWhatIsRight() {
    assertThat(run("--model=" + temp.resolve("none"))).isEqualTo(2);
    assertThat(run("--steps=0")).isEqualTo(2);
    assertThat(run("--seeds=0")).isEqualTo(2);
    assertThat(run("--pair-limit=1")).isEqualTo(2);
    assertThat(err.toString())
        .contains("none, expected one in Hugging Face layout, toy or random")
        .contains("--steps: found 0, expected at least 1")
        .contains("--seeds: found 0, expected at least 1")
        .contains("--pair-limit: found 1, expected at least 2");
  }
}
