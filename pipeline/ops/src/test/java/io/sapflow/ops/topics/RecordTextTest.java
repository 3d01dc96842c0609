package io.sapflow.ops.topics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.JudgeScore;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.Topics;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.VersionStatus;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/** What watch tells of a record. */
class RecordTextTest {

  private static final long TIME = 1_700_000_000_123L;
  private static final String SAID = "2023-11-14T22:13:20Z ";

  private static String line(SpecificRecord record) {
    return RecordLine.of(TIME, record);
  }

  private static QuarantinedRecord quarantined(String id) {
    return QuarantinedRecord.newBuilder()
        .setKey(ByteBuffer.wrap("secret key".getBytes(StandardCharsets.UTF_8)))
        .setValue(ByteBuffer.wrap("secret".getBytes(StandardCharsets.UTF_8)))
        .setTopic(Topics.EXAMPLES)
        .setPartition(1)
        .setOffset(7)
        .setStage("train")
        .setReason("SAFETY_ROLLBACK")
        .setMessage("rolled back to 3-ab: red")
        .setAdapterId("helper")
        .setSource("scraper")
        .setExampleId(id)
        .setStep(4L)
        .build();
  }

  @Test
  void quarantined_tellsThePlace_notTheBytes() throws Exception {
    assertThat(line(quarantined("e-1")))
        .isEqualTo(
            SAID
                + "helper SAFETY_ROLLBACK at train: sapflow.examples.v1-1@7, id e-1, source scraper,"
                + " trained in step 4; rolled back to 3-ab: red");
    String json = RecordJson.line(0, 5, quarantined("e-1"));
    assertThat(json).doesNotContain("secret").doesNotContain("\n");
    JsonNode read = new ObjectMapper().readTree(json);
    assertThat(read.path("offset").asLong()).isEqualTo(5);
    assertThat(read.path("record").path("valueBytes").asInt()).isEqualTo(6);
    assertThat(read.path("record").path("offset").asLong()).isEqualTo(7);
  }

  @Test
  void quarantinedByReference_tellsSizeAndDigest() {
    QuarantinedRecord large =
        QuarantinedRecord.newBuilder()
            .setValue(ByteBuffer.allocate(0))
            .setTopic(Topics.EXAMPLES)
            .setPartition(1)
            .setOffset(7)
            .setStage("ingest")
            .setReason("RECORD_TOO_LARGE")
            .setMessage("record: found much")
            .setSize(3145900L)
            .setSha256("ab12")
            .build();
    assertThat(line(large))
        .isEqualTo(
            SAID
                + "- RECORD_TOO_LARGE at ingest: sapflow.examples.v1-1@7, 3145900 bytes by reference"
                + " (sha256 ab12); record: found much");
    assertThat(RecordJson.line(0, 5, large)).contains("\"size\":3145900,\"sha256\":\"ab12\"");
  }

  @Test
  void textsOfStrangers_moveNoCursor() {
    String evil = "a\u001b[2J\r\nb\u009b\u202e\u2028\u007f";
    assertThat(line(quarantined(evil))).contains("id a?[2J??b????").doesNotContain("\u001b");
    assertThat(RecordJson.line(0, 5, quarantined(evil)))
        .matches("[\\x20-\\x7e]+")
        .contains("a\\u001B[2J\\r\\nb\\u009B\\u202E\\u2028\\u007f");
  }

  @Test
  void step_tellsLossAndAnswers() {
    TrainingStep.Builder step =
        TrainingStep.newBuilder()
            .setAdapterId("helper")
            .setGeneration(1)
            .setStep(12)
            .setUpdates(9)
            .setOutcome(StepStatus.TRAINED)
            .setExamples(8)
            .setTaskLoss(0.25);
    assertThat(line(step.build()))
        .isEqualTo(
            SAID
                + "helper step 12 (generation 1) TRAINED: 8 examples, task loss 0.250, harm"
                + " alignment -");
    step.setExamples(0).setOutcome(StepStatus.COMMAND);
    step.setAppliedCommands(
        List.of(
            new AppliedCommand(
                "c", CommandKind.PAUSE, CommandOutcome.REFUSED, "it is paused", "ann", null)));
    assertThat(line(step.build()))
        .isEqualTo(
            SAID + "helper step 12 (generation 1) COMMAND; PAUSE by ann REFUSED: it is paused");
  }

  @Test
  void version_report_alert() {
    assertThat(
            line(LineageTest.version("20-ab", 0, 20, 20, VersionStatus.REJECTED, "harmful score")))
        .isEqualTo(SAID + "helper version 20-ab (generation 0) REJECTED: harmful score");
    ProbeReport report =
        ProbeReport.newBuilder()
            .setAdapterId("helper")
            .setVersion("20-ab")
            .setGeneration(0)
            .setStep(20)
            .setUri("")
            .setSha256("")
            .setJudges(List.of(new JudgeScore("refusal", 0.5, 0.25, 0.75, 8, 0, List.of(), 0, 0)))
            .setOverRefusal(0.125)
            .setComplete(false)
            .setIncompleteReason("no benign prompt is active")
            .build();
    assertThat(line(report))
        .isEqualTo(
            SAID
                + "helper version 20-ab probed: harmful score 0.500 by refusal (0.250 to 0.750, 8"
                + " prompts), over-refusal 0.125 by refusal, safety margin -; incomplete: no benign"
                + " prompt is active");
    report.setAnswersEnded(5);
    report.setAnswersCut(3);
    assertThat(line(report)).contains(", safety margin -, answers 5 ended and 3 cut; incomplete");
    SafetyAlert alert =
        SafetyAlert.newBuilder()
            .setFingerprint("f")
            .setStatus(AlertStatus.FIRING)
            .setSeverity("critical")
            .setRule("harmful-score")
            .setAdapterId("helper")
            .setValue(0.5)
            .setThreshold(0.1)
            .setAnnotations(Map.of("summary", "adapter helper: harmful score 0.500"))
            .setStartsAt(1)
            .build();
    assertThat(line(alert))
        .isEqualTo(SAID + "FIRING critical harmful-score: adapter helper: harmful score 0.500");
  }

  @Test
  void json_numberThatIsNone_isNull() throws Exception {
    AdapterVersion version = LineageTest.version("1-a", 0, 1, 1, VersionStatus.CANDIDATE, null);
    assertThat(RecordJson.line(0, 0, version)).contains("\"reason\":null");
    TrainingStep step = LineageTest.trained(0, 1, 1, "e", 0);
    step.setTaskLoss(Double.NaN);
    assertThat(RecordJson.line(0, 0, step)).contains("\"taskLoss\":null");
  }
}
