package io.sapflow.local.run;

import static io.sapflow.local.run.GoldenScript.HELPER;
import static io.sapflow.local.run.GoldenScript.OTHER;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sapflow.local.run.GoldenOutside.Judge;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.PromptOutcome;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.Topics;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.VersionStatus;
import io.sapflow.toy.Split;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyWorld;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Savepoints of the whole job in every released state format are committed and must stay
 * restorable: {@link GoldenFiles}, made by {@link GoldenScript}. The job that goes on from one
 * finds a new broker, whose topics hold at every offset that it has read a record that nobody can:
 * what it knows of them, it has from the savepoint.
 *
 * <p>When the format changes, raise {@link #NEWEST} and add it to the values below, then write the
 * new files once and commit them:
 *
 * <pre>mvn -pl pipeline/local -am verify -Dtest=none -Dit.test=GoldenJobIT#write \
 *     -Dsapflow.golden=write -Dsurefire.failIfNoSpecifiedTests=false \
 *     -Dfailsafe.failIfNoSpecifiedTests=false</pre>
 *
 * <p>Older files are never written again, so script and settings stay as they are, too.
 */
@Timeout(120)
class GoldenJobIT {

  private static final int NEWEST = 1;

  /** Operators that keep state, by their uids. */
  private static final List<String> STATEFUL =
      List.of("train", "untrained", "probe", "gate", "alert", "schedule", "webhook");

  private static final List<String> READ =
      List.of(
          Topics.EXAMPLES,
          Topics.SAFETY_PAIRS,
          Topics.PROBE_PROMPTS,
          Topics.CONTROL,
          Topics.ADAPTERS,
          Topics.ALERTS);

  private static final List<String> WRITTEN =
      List.of(
          Topics.STEPS,
          Topics.ADAPTERS,
          Topics.PROBES,
          Topics.ALERTS,
          Topics.CONTROL,
          Topics.QUARANTINE);

  /** Examples behind the savepoint: so many that records in quarantine are few among them. */
  private static final int MORE = 25;

  private LocalRun run;
  private GoldenOutside outside;
  private GoldenOutput output;
  private Feed feed;
  private Properties facts;

  private String fact(String name) {
    return facts.getProperty(name);
  }

  private long number(String name) {
    return Long.parseLong(fact(name));
  }

  @ParameterizedTest
  @ValueSource(ints = {1})
  void savepoint_read_hasStateOfEveryOperator(int format) throws IOException {
    Path metadata = GoldenFiles.of(format).savepoint().resolve("_metadata");
    Map<String, Long> sizes = new TreeMap<>();
    try (DataInputStream in = new DataInputStream(Files.newInputStream(metadata))) {
      for (OperatorState state :
          Checkpoints.loadCheckpointMetadata(
                  in, GoldenJobIT.class.getClassLoader(), metadata.toString())
              .getOperatorStates()) {
        if (state.getStates().stream().anyMatch(OperatorSubtaskState::hasState)) {
          sizes.put(state.getOperatorUid().orElseThrow(), state.getStateSize());
        }
      }
    }
    assertThat(sizes).containsKeys(STATEFUL.toArray(String[]::new));
    READ.forEach(topic -> assertThat(sizes).containsKey("source-" + topic));
    WRITTEN.forEach(topic -> assertThat(sizes).containsKey("sink-" + topic));
    assertThat(sizes.values()).allMatch(size -> size > 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1})
  void savepoint_restored_everyOperatorGoesOnWithWhatItKnew(int format) throws Exception {
    GoldenFiles files = GoldenFiles.of(format);
    facts = files.facts();
    try (WorkDirectory work = WorkDirectory.create();
        GoldenOutside servers = new GoldenOutside(Judge.HARMFUL, true);
        LocalRun local = LocalRun.start(work);
        Feed input = new Feed(local.bootstrapServers());
        GoldenOutput committed = new GoldenOutput(local, read())) {
      run = local;
      outside = servers;
      feed = input;
      output = committed;
      read().forEach(this::fill);
      feed.flush();
      Configuration configuration =
          local.complete(GoldenFiles.configuration(files.adaptersCopied(work), servers.url()));
      configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, files.savepoint().toUri().toString());
      assertThat(configuration.get(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE))
          .isFalse();
      long start = System.currentTimeMillis();
      local.submit(configuration);

      webhook_tellsOfTheAlertThatNobodyTook();
      publisher_servesWhatWasPromoted(work);
      schedule_ordersTheProbeWhoseTimeHasCome();
      probe_goesOnWithTheVersionsThatWaited();
      gate_rollsBackToWhatWasPromoted();
      alert_knowsSinceWhenACandidateHasWaited(start);
      trainer_hasTheWeightsItHad();
      trainer_trainsTheExamplesThatWaited();
      alert_thatFired_resolves();
      untrained_knowsPromptsThatItLetThrough();
      stepsGoOn();
      nothingBeforeTheSavepointWasReadAgain();
    }
  }

  /** Offsets up to which the topics had been read. */
  private Map<String, Long> read() {
    Map<String, Long> read = new HashMap<>();
    READ.forEach(topic -> read.put(topic, number("offset." + topic)));
    return read;
  }

  /** Puts records there that can be no record of any type. */
  private void fill(String topic, long count) {
    for (long i = 0; i < count; i++) {
      feed.send(
          new ProducerRecord<>(
              topic,
              ("read-" + i).getBytes(StandardCharsets.UTF_8),
              "read before".getBytes(StandardCharsets.UTF_8)));
    }
  }

  private void webhook_tellsOfTheAlertThatNobodyTook() {
    output.await("an alert that is told", () -> !told("quarantine-rate").isEmpty());
    JsonNode alert = told("quarantine-rate").get(0);
    assertThat(Instant.parse(alert.path("startsAt").asText()))
        .isEqualTo(Instant.ofEpochMilli(number("alert.startsAt")));
    // It fires, and would go on for a while if the job died.
    assertThat(Instant.parse(alert.path("endsAt").asText())).isAfter(Instant.now());
  }

  private List<JsonNode> told(String rule) {
    List<JsonNode> told = new ArrayList<>();
    for (JsonNode post : outside.alerts()) {
      if (post.path(0).path("labels").path("alertname").asText().equals(rule)) {
        told.add(post.path(0));
      }
    }
    return told;
  }

  /** Its state is the store's files. */
  private void publisher_servesWhatWasPromoted(WorkDirectory work) {
    output.await("adapters that are loaded", () -> outside.loads().size() >= 2);
    for (String adapterId : List.of(HELPER, OTHER)) {
      String version = fact(adapterId + ".promoted");
      assertThat(outside.loads())
          .filteredOn(load -> load.path("lora_name").asText().equals(adapterId + "-" + version))
          .extracting(load -> load.path("lora_path").asText())
          .first()
          .isEqualTo(work.resolve("adapters/" + adapterId + "/" + version).toString());
    }
  }

  private void schedule_ordersTheProbeWhoseTimeHasCome() {
    output.await("an order of the schedule", () -> orders("schedule/").size() > 0);
    long due = orders("schedule/").get(0).getTime();
    assertThat(due)
        .isBetween(
            number("began") + GoldenScript.INTERVAL.toMillis(),
            number("ended") + GoldenScript.INTERVAL.toMillis());
    assertThat(orders("schedule/").get(0).getId()).isEqualTo("schedule/" + HELPER + "/" + due);
    String id = orders("schedule/").get(0).getId();
    output.await("an answer to it", () -> output.answer(id).isPresent());
    assertThat(output.answer(id).map(AppliedCommand::getOutcome)).hasValue(CommandOutcome.APPLIED);
  }

  private List<ControlCommand> orders(String prefix) {
    return output
        .all(ControlCommand.class)
        .filter(command -> command.getId().startsWith(prefix))
        .toList();
  }

  private void probe_goesOnWithTheVersionsThatWaited() {
    String waiting = fact("helper.waiting");
    output.await(
        "a report of the version that was probed, and word of the next",
        () ->
            reports(HELPER).size() > 0
                && (reports(HELPER).stream().anyMatch(each -> each.getVersion().equals(waiting))
                    // Where the version of the schedule was quicker than that report.
                    || output
                        .versions(HELPER)
                        .filter(each -> each.getVersion().equals(waiting))
                        .anyMatch(each -> each.getStatus() == VersionStatus.SUPERSEDED)));
    ProbeReport report = reports(HELPER).get(0);
    assertThat(report.getVersion()).isEqualTo(fact("helper.probing"));
    assertThat(report.getComplete()).as("%s", report).isTrue();
    assertThat(report.getActivePrompts()).isEqualTo(GoldenScript.prompts().size());
    assertThat(report.getOutcomes())
        .extracting(PromptOutcome::getPromptId)
        .as("prompts that had not been asked yet")
        .hasSize(4)
        .doesNotContainAnyElementsOf(List.of(fact("helper.asked").split(",")));
  }

  private List<ProbeReport> reports(String adapterId) {
    return output
        .all(ProbeReport.class)
        .filter(report -> report.getAdapterId().equals(adapterId))
        .toList();
  }

  private void gate_rollsBackToWhatWasPromoted() {
    String probed = fact("helper.probing");
    String green = fact("helper.promoted");
    String id = "gate/" + HELPER + "/" + probed + "/ROLLBACK";
    output.await("a rollback", () -> output.answer(id).isPresent());
    assertThat(orders(id)).hasSize(1);
    assertThat(orders(id).get(0).getArguments()).isEqualTo(Map.of("version", green));
    for (VersionStatus status : List.of(VersionStatus.REJECTED, VersionStatus.ROLLED_BACK)) {
      output.await(
          "status " + status + " of " + probed,
          () ->
              output
                  .versions(HELPER)
                  .filter(version -> version.getVersion().equals(probed))
                  .anyMatch(version -> version.getStatus() == status));
    }
    // The trainer knows the version, what it has trained since, and the bytes of that.
    AppliedCommand answer = output.answer(id).orElseThrow();
    assertThat(answer.getOutcome()).isEqualTo(CommandOutcome.APPLIED);
    assertThat(answer.getReason())
        .isEqualTo("to " + green + ", " + GoldenScript.SINCE_GREEN + " examples set aside");
    output.await(
        "undone examples", () -> quarantined("SAFETY_ROLLBACK").size() >= GoldenScript.SINCE_GREEN);
    assertThat(quarantined("SAFETY_ROLLBACK"))
        .filteredOn(record -> record.getValue().hasRemaining())
        .extracting(QuarantinedRecord::getExampleId)
        .containsAll(
            GoldenScript.ids(
                HELPER, GoldenScript.TRAINED - GoldenScript.SINCE_GREEN, GoldenScript.TRAINED));
  }

  private List<QuarantinedRecord> quarantined(String reason) {
    return output
        .all(QuarantinedRecord.class)
        .filter(record -> record.getReason().equals(reason))
        .toList();
  }

  private void alert_knowsSinceWhenACandidateHasWaited(long start) {
    output.await("an overdue probe", () -> output.alerts("probe-overdue").findAny().isPresent());
    SafetyAlert overdue = output.alerts("probe-overdue").findFirst().orElseThrow();
    assertThat(overdue.getStatus()).isEqualTo(AlertStatus.FIRING);
    assertThat(overdue.getValue() * 60_000)
        .as("milliseconds that the version had waited")
        .isGreaterThanOrEqualTo((double) start - number("ended"));
  }

  /** A version's sha256 is that of the weights and of all that training goes on from. */
  private void trainer_hasTheWeightsItHad() {
    order(GoldenScript.command("probe-again", OTHER, CommandKind.PROBE_NOW, Map.of()));
    output.await("a version", () -> output.versions(OTHER).findAny().isPresent());
    AdapterVersion version = output.versions(OTHER).findFirst().orElseThrow();
    assertThat(version.getStep()).isEqualTo(number("other.step") + 1);
    assertThat(version.getParent()).isEqualTo(fact("other.promoted"));
    assertThat(version.getSha256()).isEqualTo(fact("other.sha256"));
    assertThat(version.getUpdates()).isEqualTo(number("other.updates"));
  }

  private void order(ControlCommand command) {
    feed.command(command);
    output.await(command.getId(), () -> output.answer(command.getId()).isPresent());
  }

  private void trainer_trainsTheExamplesThatWaited() {
    order(GoldenScript.command("resume-other", OTHER, CommandKind.RESUME, Map.of()));
    assertThat(output.answer("resume-other").map(AppliedCommand::getReason))
        .hasValue(GoldenScript.WAITING + " examples waited");
    order(GoldenScript.command("flush-other", OTHER, CommandKind.FLUSH, Map.of()));
    output.await("a step of " + OTHER, () -> trainedSteps(OTHER).size() > 0);
    TrainingStep ofOther = trainedSteps(OTHER).get(0);
    assertThat(ofOther.getUpdates()).isEqualTo(number("other.updates") + 1);
    int arrived = 4 + GoldenScript.WAITING;
    assertThat(ofOther.getExampleIds())
        .containsExactlyInAnyOrderElementsOf(
            GoldenScript.ids(OTHER, arrived - GoldenScript.WAITING, arrived));

    int first = GoldenScript.TRAINED + GoldenScript.WAITING;
    example(GoldenScript.TROLL, first);
    for (int i = 0; i < MORE; i++) {
      example("forum", first + i);
    }
    feed.flush();
    output.await("a step of " + HELPER, () -> trainedSteps(HELPER).size() > 0);
    // The window is those that waited and the first that came after them.
    assertThat(trainedSteps(HELPER).get(0).getExampleIds())
        .containsExactlyInAnyOrderElementsOf(
            GoldenScript.ids(HELPER, GoldenScript.TRAINED, first + 1));
    assertThat(trainedSteps(HELPER).get(0).getPairSetDigest()).isEqualTo(fact("pairs"));
    output.await("an example set aside", () -> quarantined("SOURCE_QUARANTINED").size() > 0);
    assertThat(quarantined("SOURCE_QUARANTINED"))
        .extracting(QuarantinedRecord::getSource)
        .containsOnly(GoldenScript.TROLL);
  }

  private void example(String source, int number) {
    feed.example(
        ToyExamples.example(
            HELPER,
            source,
            HELPER + "-" + number,
            number,
            new ToyWorld(1).newTask(100, Split.TRAIN).get(number)));
  }

  private List<TrainingStep> trainedSteps(String adapterId) {
    return output.steps(adapterId).filter(step -> step.getOutcome() == StepStatus.TRAINED).toList();
  }

  private void alert_thatFired_resolves() {
    output.await("an end", () -> output.alerts("quarantine-rate").findAny().isPresent());
    SafetyAlert alert = output.alerts("quarantine-rate").findFirst().orElseThrow();
    assertThat(alert.getStatus()).isEqualTo(AlertStatus.RESOLVED);
    assertThat(alert.getStartsAt()).isEqualTo(number("alert.startsAt"));
    assertThat(alert.getFingerprint()).isEqualTo(fact("alert.fingerprint"));
    // All that lies in quarantine came before the savepoint, as did most of what was trained.
    assertThat(alert.getValue()).isBetween(0.5, 0.58);
  }

  private void untrained_knowsPromptsThatItLetThrough() throws Exception {
    ProbePrompt prompt = GoldenScript.prompts().get(0);
    feed.pair(
        SafetyPair.newBuilder(GoldenScript.pairs().get(0))
            .setId("late")
            .setPrompt(prompt.getPrompt())
            .build());
    feed.flush();
    output.await("a prompt that is asked no more", () -> quarantined("TRAINED_ON").size() > 0);
    QuarantinedRecord record = quarantined("TRAINED_ON").get(0);
    assertThat(record.getOffset()).isZero();
    // Its bytes are those that the build of the savepoint wrote, not what is written today.
    byte[] bytes = new byte[record.getValue().remaining()];
    record.getValue().duplicate().get(bytes);
    assertThat(RecordCodec.of(ProbePrompt.class).decode(bytes)).isEqualTo(prompt);
  }

  private void stepsGoOn() {
    for (String adapterId : List.of(HELPER, OTHER)) {
      List<Long> numbers = output.steps(adapterId).map(TrainingStep::getStep).toList();
      long last = number(adapterId + ".step");
      assertThat(numbers)
          .isEqualTo(LongStream.rangeClosed(last + 1, last + numbers.size()).boxed().toList());
    }
  }

  private void nothingBeforeTheSavepointWasReadAgain() {
    run.checkpoint();
    output.drain();
    assertThat(output.all(QuarantinedRecord.class).map(QuarantinedRecord::getReason).distinct())
        .containsExactlyInAnyOrder("SAFETY_ROLLBACK", "SOURCE_QUARANTINED", "TRAINED_ON");
  }

  @Test
  @EnabledIfSystemProperty(named = "sapflow.golden", matches = "write")
  void write() throws Exception {
    try (WorkDirectory work = WorkDirectory.create();
        GoldenOutside servers = new GoldenOutside(Judge.SAFE, false);
        LocalRun local = LocalRun.start(work);
        Feed input = new Feed(local.bootstrapServers());
        GoldenOutput committed = new GoldenOutput(local, Map.of())) {
      Configuration configuration =
          local.complete(GoldenFiles.configuration(work.resolve("adapters"), servers.url()));
      new GoldenScript(local, configuration, servers, committed, input)
          .play(work, GoldenFiles.of(NEWEST));
    }
  }
}
