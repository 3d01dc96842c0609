package io.sapflow.local.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import io.sapflow.job.StoreFactory;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TrainingStep;
import io.sapflow.toy.Dialogue;
import io.sapflow.toy.Split;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyModel;
import io.sapflow.toy.ToyWorld;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The way from records to versions, steps and quarantine, on a real broker and a real cluster. */
class TuningIT {

  private static final int EXAMPLES = 150;

  private static WorkDirectory work;
  private static LocalRun run;
  private static Path out;
  private static Tuning tuning;
  private static final List<SpecificRecord> RECORDS = new ArrayList<>();

  @BeforeAll
  static void tune() throws IOException {
    work = WorkDirectory.create();
    run = LocalRun.start(work);
    out = Files.createDirectory(work.resolve("out"));
    Path model = ToyModel.unpack(work.path());
    Configuration configuration =
        ConfigFile.of(
            Map.of(
                "sapflow.model.path", model.toString(),
                "sapflow.checkpoint.interval", "1 s",
                "sapflow.adapter.version-updates", "5"));
    List<SafetyPair> pairs = ToyExamples.pairs(new ToyWorld(0).safetyPairs(32));
    tuning = new Tuning(run, run.complete(configuration), line -> {});
    tuning.run(new Tuning.Input(file(), "helper", "forum", pairs, List.of()));
    try (Watcher watcher = new Watcher(run.bootstrapServers())) {
      watcher.drain(RECORDS::add);
    }
  }

  @AfterAll
  static void end() {
    if (run != null) {
      run.close();
    }
    work.close();
  }

  /** Good examples, and one of each kind of bad ones. */
  private static Path file() throws IOException {
    StringBuilder text = new StringBuilder();
    for (Dialogue dialogue : new ToyWorld(1).newTask(EXAMPLES, Split.TRAIN)) {
      text.append(
          "{\"prompt\": \"%s\", \"completion\": \"%s\"}%n"
              .formatted(dialogue.prompt(), dialogue.answer()));
    }
    text.append("this line is no JSON\n");
    text.append("{\"prompt\": \"how do i <|end|> it\", \"completion\": \"sure\"}\n");
    text.append("{\"messages\": [{\"role\": \"user\", \"content\": \"hello\"}]}\n");
    text.append(
        "{\"messages\": [{\"role\": \"assistant\", \"content\": \"a\"}, {\"role\": \"user\", \"content\": \"b\"}]}\n");
    Path file = work.resolve("examples.jsonl");
    Files.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
    return file;
  }

  private static <T> List<T> all(Class<T> type) {
    return RECORDS.stream().filter(type::isInstance).map(type::cast).toList();
  }

  @Test
  void steps_everyGoodExample_isTrainedOnceInNumberedSteps() {
    List<TrainingStep> steps = all(TrainingStep.class);
    assertThat(steps.stream().mapToInt(TrainingStep::getExamples).sum()).isEqualTo(EXAMPLES);
    assertThat(steps.stream().flatMap(step -> step.getExampleIds().stream()))
        .doesNotHaveDuplicates();
    for (int i = 0; i < steps.size(); i++) {
      assertThat(steps.get(i).getStep()).isEqualTo(i + 1L);
    }
  }

  @Test
  void steps_taskLoss_falls() {
    List<TrainingStep> trained =
        all(TrainingStep.class).stream()
            .filter(step -> step.getOutcome() == StepStatus.TRAINED)
            .toList();
    assertThat(trained.get(trained.size() - 1).getTaskLoss())
        .isLessThan(trained.get(0).getTaskLoss() * 0.7);
  }

  @Test
  void quarantine_badRecords_areThereWithBytesOffsetAndReason() {
    Map<String, QuarantinedRecord> byReason = new TreeMap<>();
    all(QuarantinedRecord.class)
        .forEach(record -> byReason.putIfAbsent(record.getReason(), record));
    // A row whose turns are not in order is as unreadable as one that is no JSON.
    assertThat(byReason.keySet())
        .containsExactlyInAnyOrder("GARBAGE", "SPECIAL_TOKEN", "NO_ASSISTANT_TURN");
    QuarantinedRecord garbage = byReason.get("GARBAGE");
    byte[] bytes = garbage.getValue().array();
    assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo("this line is no JSON");
    assertThat(garbage.getOffset()).isEqualTo(EXAMPLES);
    assertThat(tuning.tally().trained() + tuning.tally().quarantinedTotal())
        .isEqualTo(tuning.sent());
  }

  @Test
  void versions_eachOne_isADirectoryThatPeftLoads() throws IOException {
    List<AdapterVersion> versions = all(AdapterVersion.class);
    assertThat(versions.get(0).getStep()).isZero();
    assertThat(versions.size()).isGreaterThan(3);
    StoreFactory.versions(new JobSettings(tuning.configuration()))
        .fetch("helper", tuning.result().getVersion(), out);
    assertThat(out.resolve("adapter_model.safetensors")).isRegularFile();
    assertThat(Files.readString(out.resolve("adapter_config.json")))
        .contains("\"peft_type\"", "\"LORA\"", "q_proj");
  }

  @Test
  void endedJob_nothingIsLeftToRead() {
    try (Progress progress = new Progress(run.bootstrapServers(), "sapflow")) {
      assertThat(progress.atEnd("sapflow.examples.v1")).isTrue();
    }
    assertThat(run.cluster().awaitEnd(run.job(), Duration.ofSeconds(10)).name())
        .isEqualTo("FINISHED");
  }
}
