package io.sapflow.local.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.ingest.RecordSignature;
import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.local.stack.KafkaBroker;
import io.sapflow.local.stack.SapflowHome;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.TopicNames;
import io.sapflow.schema.TrainingStep;
import io.sapflow.toy.Dialogue;
import io.sapflow.toy.Split;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyModel;
import io.sapflow.toy.ToyWorld;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * {@code sapflow run} as a process of its own, over stops, kills and a fresh start. What steers it
 * is signed.
 */
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RunIT {

  private static final int WINDOW = 20;
  private static final String KEY = "a key of these tests";
  private static final List<SafetyPair> PAIRS = ToyExamples.pairs(new ToyWorld(0).safetyPairs(16));
  private static final List<ProbePrompt> PROMPTS =
      ToyExamples.prompts(new ToyWorld(0).probePrompts(40, 4));
  private static final List<TrainingStep> STEPS = new ArrayList<>();
  private static final List<QuarantinedRecord> SET_ASIDE = new ArrayList<>();

  private static WorkDirectory work;
  private static Feed feed;
  private static Feed stranger;
  private static Watcher watcher;
  private static List<Dialogue> dialogues;
  private static Path config;
  private static int sent;
  private static int runs;
  private static Run running;

  /** A process and what it has printed so far. */
  private record Run(Process process, Path out, Path err) implements AutoCloseable {
    String printed() throws IOException {
      return Files.readString(out, StandardCharsets.UTF_8);
    }

    String error() throws IOException {
      return Files.readString(err, StandardCharsets.UTF_8);
    }

    int exit() throws IOException, InterruptedException {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(printed() + error()).isTrue();
      return process.exitValue();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  @BeforeAll
  static void start() throws IOException {
    work = WorkDirectory.create();
    KafkaBroker broker = KafkaBroker.start(work, "kafka");
    LocalRun.createTopics(broker.bootstrapServers());
    stranger = work.own(new Feed(broker.bootstrapServers()));
    feed =
        work.own(
            new Feed(
                KafkaClients.at(broker.bootstrapServers()),
                TopicNames.DEFAULT,
                RecordSignature.of(Map.of(RecordSignature.VARIABLE, KEY), "helper")));
    watcher = work.own(new Watcher(broker.bootstrapServers()));
    PAIRS.forEach(feed::pair);
    PROMPTS.forEach(feed::prompt);
    dialogues = new ToyWorld(1).newTask(400, Split.TRAIN);
    config = work.resolve("job.yaml");
    Files.writeString(
        config,
        """
        sapflow:
          job.name: helper
          kafka.bootstrap-servers: %s
          model.path: %s
          adapter.store: %s
          checkpoint.interval: 500 ms
          batch.window: %d
          adapter.version-updates: 5
          control.signed: true
        """
            .formatted(
                broker.bootstrapServers(),
                ToyModel.unpack(work.path()),
                work.resolve("adapters").toUri(),
                WINDOW));
    Path pointer = Files.createDirectories(work.resolve("adapters/other")).resolve("promoted");
    Files.writeString(
        pointer,
        "{\"version\": \"9-0123456789ab\", \"topicId\": \"AAAAAAAAAAAAAAAAAAAAAQ\","
            + " \"partition\": 0, \"offset\": 1000000}");
  }

  @AfterAll
  static void end() {
    work.close();
  }

  private static Run run(String... more) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(SapflowHome.find().resolve("sapflow").toString());
    command.addAll(List.of("run", "--config", config.toString()));
    command.addAll(List.of(more));
    runs++;
    Path out = work.resolve("out-" + runs);
    Path err = work.resolve("err-" + runs);
    ProcessBuilder builder = new ProcessBuilder(command).directory(work.path().toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put(RecordSignature.VARIABLE, KEY);
    // What a killed process leaves goes with the work directory.
    builder.environment().put("TMPDIR", work.path().toString());
    return work.own(
        new Run(
            builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start(), out, err));
  }

  private static void send(int count) {
    for (int i = 0; i < count; i++, sent++) {
      feed.example(
          ToyExamples.example("helper", "forum", "forum-" + sent, sent, dialogues.get(sent)));
    }
    feed.flush();
  }

  private static void await(Run run, BooleanSupplier condition) throws IOException {
    while (!condition.getAsBoolean()) {
      assertThat(run.process().isAlive()).as(run.printed() + run.error()).isTrue();
      watcher.poll(
          Duration.ofMillis(100),
          record -> {
            if (record instanceof TrainingStep step) {
              STEPS.add(step);
            } else if (record instanceof QuarantinedRecord setAside) {
              SET_ASIDE.add(setAside);
            }
          });
    }
  }

  private static int trained() {
    return STEPS.stream().mapToInt(TrainingStep::getExamples).sum();
  }

  private static List<Long> numbers() {
    return STEPS.stream().map(TrainingStep::getStep).toList();
  }

  private static List<Long> upTo(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }

  @Test
  @Order(1)
  void terminatedTwice_withoutState_hadStartedFreshAndLeavesASavepoint() throws Exception {
    send(WINDOW + 7);
    running = run();
    await(running, () -> trained() == WINDOW);
    signal(running, "TERM");
    signal(running, "TERM");
    assertThat(running.exit()).as(running.error()).isZero();
    assertThat(running.printed())
        .contains("job helper starts fresh: no checkpoint in ", "stopped; savepoint ")
        .containsPattern(
            "sapflow.adapter.store file:\\S+: found pointers that follow another"
                + " sapflow.adapters.v1 than the one at \\S+, as after brokers were replaced, of"
                + " other; what they name is served until the next promotion, which moves them\n");
    assertThat(work.resolve("checkpoints/helper/start-1/savepoints")).isNotEmptyDirectory();
  }

  @Test
  @Order(2)
  void runAgain_afterASavepoint_goesOnWithTheNextStepAndTheHalfFilledWindow() throws Exception {
    Path log = work.resolve("goes-on.log");
    String webhook = "http://127.0.0.1:9/hooks/T0secret?key=T0secret";
    running = run("-Dsapflow.alert.webhook.url=" + webhook, "--log", log.toString());
    send(2 * WINDOW - 7);
    await(running, () -> trained() == 3 * WINDOW);
    assertThat(running.printed()).contains("job helper goes on from savepoint ");
    assertThat(numbers()).isEqualTo(upTo(STEPS.size()));
    String page = running.printed().replaceFirst("(?s).*Flink: (\\S+).*", "$1");
    String shown =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(page + "/jobmanager/config")).build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    assertThat(shown).contains("execution.checkpointing.dir").doesNotContain("T0secret");
    assertThat(log).content().isNotEmpty().doesNotContain("T0secret");
    assertThat(running.printed() + running.error()).doesNotContain("T0secret");
    assertOwnersAlone(work.resolve("checkpoints/helper"), work.resolve("adapters/helper"));
  }

  private static void assertOwnersAlone(Path... directories) throws IOException {
    for (Path directory : directories) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
          .as("%s", directory)
          .isEqualTo("rwx------");
    }
  }

  @Test
  @Order(3)
  void runAgain_whileItRuns_isRefusedInOneLine() throws Exception {
    try (Run second = run()) {
      assertThat(second.exit()).isEqualTo(1);
      assertThat(second.error())
          .startsWith("sapflow: job helper runs already: another process holds ")
          .hasLineCount(1);
    }
    // Another name on the same store and topics; the same name with its checkpoints elsewhere.
    try (Run renamed =
            run("--fresh", "-Dsapflow.job.name=renamed", "-Dsapflow.job.formerly=helper");
        Run elsewhere = run("--fresh", "-Dsapflow.checkpoints=" + work.resolve("elsewhere"))) {
      for (Run second : List.of(renamed, elsewhere)) {
        assertThat(second.exit()).isEqualTo(1);
        assertThat(second.error())
            .matches(
                "sapflow: topic sapflow\\.steps\\.v1 at \\S+: found a live writer, job helper, since 20\\S+Z"
                    + " \\(submission \\w+\\), expected none beside job (renamed|helper): stop that"
                    + " one first, or set sapflow.topics.prefix\n");
      }
    }
    assertThat(running.process().isAlive()).isTrue();
  }

  @Test
  @Order(4)
  void runAgain_afterAKill_goesOnFromTheLastCheckpoint() throws Exception {
    running.process().destroyForcibly().waitFor();
    running = run();
    send(WINDOW);
    await(running, () -> trained() == 4 * WINDOW);
    assertThat(running.printed()).contains("job helper goes on from checkpoint ");
    assertThat(numbers()).isEqualTo(upTo(STEPS.size()));
  }

  @Test
  @Order(5)
  void signed_versionsAreServed_andWhatAStrangerWritesIsSetAside() throws Exception {
    Path pointer = work.resolve("adapters/helper/promoted");
    await(running, () -> Files.exists(pointer));
    stranger.pair(SafetyPair.newBuilder(PAIRS.get(0)).setActive(false).build());
    stranger.prompt(ProbePrompt.newBuilder(PROMPTS.get(0)).setActive(false).build());
    stranger.command(command("stranger", CommandKind.PAUSE));
    await(running, () -> SET_ASIDE.size() == 3);
    assertThat(SET_ASIDE)
        .extracting(QuarantinedRecord::getReason)
        .containsExactlyInAnyOrder("UNSIGNED_RECORD", "UNSIGNED_RECORD", "UNSIGNED_COMMAND");
    send(WINDOW);
    await(running, () -> trained() == 5 * WINDOW);
    assertThat(STEPS.stream().filter(step -> step.getExamples() > 0))
        .extracting(TrainingStep::getPairSetDigest)
        .as("the pairs are those that were signed")
        .doesNotContainNull()
        .allMatch(STEPS.get(0).getPairSetDigest()::equals);
    running.process().destroyForcibly().waitFor();
  }

  private static ControlCommand command(String id, CommandKind kind) {
    return ControlCommand.newBuilder()
        .setId(id)
        .setAdapterId("helper")
        .setKind(kind)
        .setIssuer("test")
        .setReason("test")
        .setTime(0)
        .build();
  }

  @Test
  @Order(6)
  void run_checkpointsNamedElsewhere_isRefusedBecauseTheModelWouldBeLost() throws Exception {
    try (Run lost = run("-Dsapflow.checkpoints=" + work.resolve("elsewhere"))) {
      assertThat(lost.exit()).isEqualTo(2);
      assertThat(lost.error())
          .matches(
              "sapflow: sapflow.checkpoints: found no checkpoint in file:.*/elsewhere/helper,"
                  + " expected one, because job helper has run before: the brokers know committed"
                  + " transactions of sapflow-helper-sapflow.steps.v1; --fresh begins anew and"
                  + " leaves its adapters behind, and must be said again if a fresh start ended"
                  + " before its first checkpoint\n");
    }
  }

  @Test
  @Order(7)
  void run_anotherRankThanTheSavedAdapters_isRefusedInOneLine() throws Exception {
    try (Run unfit = run("-Dsapflow.lora.rank=4")) {
      assertThat(unfit.exit()).isEqualTo(1);
      assertThat(unfit.error())
          .contains("sapflow.lora.rank: found 4, but the saved adapters are made for 8");
    }
  }

  @Test
  @Order(8)
  void run_fresh_readsEverythingAgainAndLeavesItsStateBehind() throws Exception {
    STEPS.clear();
    feed.command(command("order-of-before", CommandKind.PAUSE));
    feed.flush();
    Path log = work.resolve("fresh.log");
    running = run("--fresh", "--log", log.toString());
    await(running, () -> trained() == sent);
    // Heard, it would pause the adapter, or be said to be for one that is not there.
    assertThat(log).content().doesNotContain("order-of-before").isNotEmpty();
    assertThat(running.printed())
        .contains(
            "job helper starts fresh; it leaves behind, and no start goes on from, checkpoint ");
    assertThat(numbers()).isEqualTo(upTo(STEPS.size()));
    running.process().destroy();
    assertThat(running.exit()).isZero();
    assertThat(running.printed().toLowerCase(Locale.ROOT)).contains("/start-2/savepoints/");
    assertThat(work.resolve("checkpoints/helper/start-1/savepoints")).isNotEmptyDirectory();
  }

  @Test
  @Order(9)
  void run_stoppedByASignalWhileAnotherTakesItsPlace_isFencedWhenItWakesUp() throws Exception {
    running = run();
    awaitLine(running, " runs");
    signal(running, "STOP");
    try (Run other = run("--fresh", "-Dsapflow.job.name=other", "-Dsapflow.job.formerly=helper")) {
      awaitLine(other, " runs");
      signal(running, "CONT");
      assertThat(running.exit()).isEqualTo(1);
      assertThat(running.error())
          .containsPattern(
              "sapflow: job \\w+ failed: .*found a newer writer, job other, since 20\\S+Z"
                  + " \\(submission \\w+\\), expected job helper of submission \\w+, which ends"
                  + " here for good\n");
      assertThat(other.process().isAlive()).isTrue();
      other.process().destroy();
      assertThat(other.exit()).as(other.error()).isZero();
    }
  }

  private static void signal(Run run, String name) throws Exception {
    assertThat(
            new ProcessBuilder("kill", "-" + name, Long.toString(run.process().pid()))
                .start()
                .waitFor())
        .isZero();
  }

  private static void awaitLine(Run run, String part) throws Exception {
    while (!run.printed().contains(part)) {
      assertThat(run.process().isAlive()).as(run.printed() + run.error()).isTrue();
      Thread.sleep(100);
    }
  }
}
