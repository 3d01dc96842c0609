package io.sapflow.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sapflow.local.files.JsonReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A TaskManager, the JobManager and the broker of a real cluster are killed once each. */
@Timeout(600)
class ChaosIT {

  @TempDir private Path directory;

  @Test
  void eachKindOfProcessKilled_endsLikeTheUndisturbedRun() throws IOException {
    List<String> lines = new ArrayList<>();
    ChaosPlan plan = new ChaosPlan(3, null, 2, false, 0);
    ChaosResult result = new Chaos(plan, Map.of(), directory, lines::add).run();
    assertThat(result.holds()).as("%s %s", lines, result.lines()).isTrue();

    JsonReport.write(directory.resolve("chaos.json"), result.toJson());
    JsonNode json = new ObjectMapper().readTree(directory.resolve("chaos.json").toFile());
    assertThat(json.get("kills")).hasSize(3);
    assertThat(json.get("digestsEqual").asBoolean()).isTrue();
    assertThat(json.get("steps").asInt()).isGreaterThan(30);
    assertThat(directory.resolve("disturbed/sapflow.steps.v1.jsonl")).isNotEmptyFile();
    try (Stream<Path> store = Files.list(directory.resolve("undisturbed/adapters"))) {
      assertThat(store.map(Path::getFileName))
          .extracting(Path::toString)
          .containsExactlyInAnyOrder("adapter-0", "adapter-1", ".savepoints", ".writer");
    }
  }
}
