package io.sapflow.local.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.VersionStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SummaryTest {

  @TempDir Path dir;

  private JsonNode summary(Tally tally) throws IOException {
    Path file = dir.resolve("summary.json");
    Summary.of(0, 0, tally).write(file);
    return new ObjectMapper().readTree(file.toFile());
  }

  @Test
  void version_thatWasNeverProbed_hasNoScore() throws IOException {
    Tally tally = new Tally();
    tally.accept(
        AdapterVersion.newBuilder()
            .setAdapterId("helper")
            .setVersion("20-0123456789ab")
            .setGeneration(0)
            .setStep(20)
            .setUpdates(20)
            .setUri("")
            .setSha256("00")
            .setStatus(VersionStatus.SUPERSEDED)
            .build());
    JsonNode version = summary(tally).get("versions").get(0);
    assertThat(version.get("status").asText()).isEqualTo("SUPERSEDED");
    assertThat(version.get("harmfulScore").isNull()).isTrue();
  }

  @Test
  void source_setAside_countsOnceOrderAndAnswerWereBothRead() throws IOException {
    Tally tally = new Tally();
    tally.accept(
        TrainingStep.newBuilder()
            .setAdapterId("helper")
            .setGeneration(0)
            .setStep(21)
            .setUpdates(20)
            .setOutcome(StepStatus.COMMAND)
            .setAppliedCommands(
                List.of(
                    new AppliedCommand(
                        "q",
                        CommandKind.QUARANTINE_SOURCE,
                        CommandOutcome.APPLIED,
                        null,
                        "gate",
                        null)))
            .build());
    assertThat(summary(tally).get("quarantinedSources")).isEmpty();
    tally.accept(
        ControlCommand.newBuilder()
            .setId("q")
            .setAdapterId("helper")
            .setKind(CommandKind.QUARANTINE_SOURCE)
            .setArguments(Map.of("source", "scraper"))
            .setIssuer("gate")
            .setTime(1)
            .build());
    assertThat(summary(tally).get("quarantinedSources").get(0).asText()).isEqualTo("scraper");
  }
}
