package io.sapflow.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.TokenBatch;
import io.sapflow.sap.ProbedRows;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerPlanTest {

  @TempDir Path directory;

  private BenchSettings settings(Map<String, String> options) {
    Map<String, String> values = new TreeMap<>(options);
    values.put("sapflow.model.path", directory.toString());
    values.put("sapflow.tokens.max-length", "512");
    values.put("sapflow.model.device", "cpu");
    return new BenchSettings(
        BenchModel.NAME,
        "999 Alpaca examples",
        LengthHistogram.shipped(),
        new JobSettings(ConfigFile.of(values)),
        256,
        3,
        2,
        false);
  }

  private ModelConfig config() throws Exception {
    Path file = directory.resolve("config.json");
    try (var in = BenchModel.config()) {
      Files.write(file, in.readAllBytes());
    }
    return ModelConfig.readFile(file);
  }

  /** As another program reads it. */
  private static JsonNode read(JsonNode plan) throws Exception {
    return new ObjectMapper().readTree(plan.toString());
  }

  private static List<List<Integer>> lengths(JsonNode rows) {
    List<List<Integer>> lengths = new ArrayList<>();
    rows.forEach(row -> lengths.add(List.of(row.get(0).intValue(), row.get(1).intValue())));
    return lengths;
  }

  private static List<List<Integer>> lengths(List<TokenBatch.Row> rows) {
    return rows.stream()
        .map(row -> List.of(row.tokens().length - row.targetCount(), row.targetCount()))
        .toList();
  }

  @Test
  void plan_readBack_isTheBenchsOwnWork_inItsOrder() throws Exception {
    BenchSettings settings = settings(Map.of());
    ModelConfig config = config();
    JsonNode plan = read(PeerPlan.of(settings, config, false));
    for (int seed = 0; seed < 2; seed++) {
      List<Work> work = settings.work(seed, config.vocabSize());
      JsonNode batches = plan.get("work").get(seed).get("batches");
      assertThat(batches).hasSize(work.size());
      for (int i = 0; i < work.size(); i++) {
        assertThat(lengths(batches.get(i).get("examples")))
            .isEqualTo(lengths(work.get(i).examples()));
        assertThat(lengths(batches.get(i).get("replayed")))
            .isEqualTo(lengths(work.get(i).replayed()));
        List<TokenBatch.Row> safe = work.get(i).pairs().stream().map(pair -> pair.safe()).toList();
        List<JsonNode> pairs = new ArrayList<>();
        batches.get(i).get("pairs").forEach(pairs::add);
        assertThat(pairs.stream().map(pair -> lengths(pair).get(0)).toList())
            .isEqualTo(lengths(safe));
        // Rows are packed, so that a pass has the tokens of its rows and no more.
        assertThat(arrangement(plan, Arrangement.PLAIN, seed, i).get("tokens").intValue())
            .isEqualTo(work.get(i).usefulTokens());
        assertThat(arrangement(plan, Arrangement.SAP, seed, i).get("tokens").intValue())
            .isGreaterThanOrEqualTo(work.get(i).usefulTokens());
      }
    }
    assertThat(plan.get("arrangements").get("sapReferenceArrangement").get("work")).hasSize(1);
    assertThat(arrangement(plan, Arrangement.REFERENCE, 0, 0).get("tokens").intValue())
        .isEqualTo(512 * plan.get("work").get(0).get("batches").get(0).get("examples").size());
    assertThat(plan.get("lora").toString())
        .isEqualTo(
            "{\"rank\":8,\"alpha\":16.0,\"rsLora\":false,\"scale\":2.0,"
                + "\"modules\":[\"self_attn.q_proj\",\"self_attn.v_proj\"]}");
    assertThat(plan.get("config").get("hiddenSize").intValue()).isEqualTo(256);
    assertThat(plan.get("probe").get("layers").toString()).isEqualTo("[0,2]");
    assertThat(plan.get("optimizer").get("beta2").doubleValue()).isEqualTo(0.999);
  }

  private static JsonNode arrangement(JsonNode plan, Arrangement which, int seed, int batch) {
    return plan.get("arrangements").get(which.key()).get("work").get(seed).get(batch);
  }

  @Test
  void kinds_comeAsOftenAsTheBenchWeighsThem() throws Exception {
    JsonNode kinds =
        read(PeerPlan.of(settings(Map.of()), config(), false))
            .get("arrangements")
            .get("sap")
            .get("kinds");
    assertThat(kinds.toString())
        .isEqualTo(
            "[{\"update\":0,\"share\":0.03125,\"direction\":true,\"probe\":true},"
                + "{\"update\":1,\"share\":0.875,\"direction\":false,\"probe\":false},"
                + "{\"update\":8,\"share\":0.09375,\"direction\":false,\"probe\":true}]");
  }

  @Test
  void doubleBackward_namesTheRowsItProbes_andTheirChunks() throws Exception {
    BenchSettings settings = settings(Map.of("sapflow.sap.probe-rows", "0.5"));
    ModelConfig config = config();
    JsonNode plan = read(PeerPlan.of(settings, config, true));
    assertThat(plan.get("arrangements").get("sap").get("probeGradient").textValue())
        .isEqualTo("double-backward");
    Work work = settings.work(0, config.vocabSize()).get(0);
    JsonNode batch = arrangement(plan, Arrangement.SAP, 0, 0);
    int[] probed = ProbedRows.of(Arrangement.SAP.batch(work, settings.limits()), 0.5).probed();
    assertThat(new ObjectMapper().convertValue(batch.get("probedRows"), int[].class))
        .isEqualTo(probed);
    int rows = 0;
    for (JsonNode chunk : batch.get("chunks")) {
      rows += chunk.get(0).intValue();
    }
    assertThat(rows).isEqualTo(probed.length);
    assertThat(plan.get("arrangements").get("sapReferenceArrangement").get("probeGradient"))
        .hasToString("\"difference\"");
  }
}
