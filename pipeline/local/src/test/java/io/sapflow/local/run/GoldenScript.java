package io.sapflow.local.run;

import io.sapflow.job.options.JobOptions;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.publish.PromotedPointer;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.PromptOutcome;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.Topics;
import io.sapflow.schema.TrainingExample;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.VersionStatus;
import io.sapflow.toy.Dialogue;
import io.sapflow.toy.Split;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyWorld;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.kafka.clients.admin.Admin;

/**
 * What happens up to the golden savepoint. At its end
 *
 * <ul>
 *   <li>{@link #HELPER}'s last promoted version has been loaded by no server; the next one is being
 *       probed, the one after it waits for its turn, and a step has been trained since;
 *   <li>three of its examples wait for a window, and one of its sources is set aside;
 *   <li>an alert on it fires, and nobody has taken it yet;
 *   <li>{@link #OTHER}'s last version is promoted, and it is paused with three examples waiting.
 * </ul>
 */
final class GoldenScript {

  static final String HELPER = "helper";
  static final String OTHER = "other";

  /** The source that is set aside. */
  static final String TROLL = "troll";

  /** From a step to the probe that it is to be followed by, if no version comes before. */
  static final Duration INTERVAL = Duration.ofMinutes(1);

  /** Examples of {@link #HELPER} that were trained. */
  static final int TRAINED = 28;

  /** Of these, since the promoted version. */
  static final int SINCE_GREEN = 20;

  /** Examples that wait, of each adapter. */
  static final int WAITING = 3;

  private static final int WINDOW = 4;
  private static final int EMPTY = 60;
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final LocalRun run;
  private final Configuration configuration;
  private final GoldenOutside outside;
  private final GoldenOutput output;
  private final Feed feed;
  private final Map<String, Integer> sent = new HashMap<>();
  private final Map<String, String> facts = new TreeMap<>();

  /** A script for a run whose job has not been submitted yet. */
  GoldenScript(
      LocalRun run,
      Configuration configuration,
      GoldenOutside outside,
      GoldenOutput output,
      Feed feed) {
    this.run = run;
    this.configuration = configuration;
    this.outside = outside;
    this.output = output;
    this.feed = feed;
  }

  /** Safety pairs that stand on their topic. */
  static List<SafetyPair> pairs() {
    return ToyExamples.pairs(new ToyWorld(0).safetyPairs(8));
  }

  /** Probe prompts that stand on their topic, in this order; no answers to them are known. */
  static List<ProbePrompt> prompts() {
    return ToyExamples.prompts(new ToyWorld(0).probePrompts(8, 8)).stream()
        .map(prompt -> ProbePrompt.newBuilder(prompt).setSafe(null).setHarmful(null).build())
        .toList();
  }

  /** Ids of an adapter's examples by their numbers. */
  static List<String> ids(String adapterId, int from, int to) {
    return IntStream.range(from, to).mapToObj(number -> adapterId + "-" + number).toList();
  }

  /** Plays it, and takes the savepoint. */
  void play(WorkDirectory work, GoldenFiles files) throws Exception {
    pairs().forEach(feed::pair);
    prompts().forEach(feed::prompt);
    feed.flush();
    // All of a savepoint in one file.
    configuration.set(CheckpointingOptions.FS_SMALL_FILE_THRESHOLD, MemorySize.ofMebiBytes(1));
    run.submit(configuration);
    promote();
    pauseOther();
    fireAlert();
    fact("began", System.currentTimeMillis());
    keepProbing();
    fact("ended", System.currentTimeMillis());
    awaitRest();
    Path savepoint = savepoint(work);
    files.write(savepoint, work.resolve("adapters"), facts);
  }

  private void fact(String name, Object value) {
    facts.put(name, value.toString());
  }

  private void examples(String adapterId, int count) {
    List<Dialogue> dialogues = new ToyWorld(1).newTask(100, Split.TRAIN);
    for (int i = 0; i < count; i++) {
      int number = sent.merge(adapterId, 1, Integer::sum) - 1;
      feed.example(
          ToyExamples.example(
              adapterId, "forum", adapterId + "-" + number, number, dialogues.get(number)));
    }
    feed.flush();
  }

  /** A command of a person. */
  static ControlCommand command(
      String id, String adapterId, CommandKind kind, Map<String, String> arguments) {
    return ControlCommand.newBuilder()
        .setId(id)
        .setAdapterId(adapterId)
        .setKind(kind)
        .setArguments(arguments)
        .setIssuer("person")
        .setReason("golden")
        .setTime(0)
        .build();
  }

  private void order(ControlCommand command) {
    feed.command(command);
    output.await(command.getId(), () -> output.answer(command.getId()).isPresent());
  }

  private void promote() {
    examples(HELPER, TRAINED - SINCE_GREEN);
    order(command("set-aside", HELPER, CommandKind.QUARANTINE_SOURCE, Map.of("source", TROLL)));
    examples(OTHER, WINDOW);
    output.await("a step of " + OTHER, () -> output.trained(OTHER) == WINDOW);
    order(command("probe-other", OTHER, CommandKind.PROBE_NOW, Map.of()));
    for (String adapterId : List.of(HELPER, OTHER)) {
      output.await("promotion of " + adapterId, () -> promoted(adapterId).isPresent());
      AdapterVersion version = promoted(adapterId).orElseThrow();
      fact(adapterId + ".promoted", version.getVersion());
      fact(adapterId + ".sha256", version.getSha256());
      Path pointer = run.directory().resolve("adapters/" + adapterId + "/" + PromotedPointer.FILE);
      output.await("pointer of " + adapterId, () -> names(pointer, version.getVersion()));
      fact(
          adapterId + ".asked",
          output
              .all(ProbeReport.class)
              .filter(report -> report.getAdapterId().equals(adapterId))
              .flatMap(report -> report.getOutcomes().stream())
              .map(PromptOutcome::getPromptId)
              .collect(Collectors.joining(",")));
    }
    output.await("a server that loads nothing", () -> outside.loads().size() > 1);
  }

  /** The first promoted version of an adapter that has learned something. */
  private Optional<AdapterVersion> promoted(String adapterId) {
    return output
        .versions(adapterId)
        .filter(version -> version.getStatus() == VersionStatus.PROMOTED && version.getStep() > 0)
        .findFirst();
  }

  private static boolean names(Path pointer, String version) {
    try {
      return Files.exists(pointer) && Files.readString(pointer).contains(version);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void pauseOther() {
    order(command("pause-other", OTHER, CommandKind.PAUSE, Map.of()));
    examples(OTHER, WAITING);
  }

  private void fireAlert() {
    Dialogue dialogue = new ToyWorld(1).newTask(1, Split.TRAIN).get(0);
    for (int i = 0; i < EMPTY; i++) {
      feed.example(
          TrainingExample.newBuilder(
                  ToyExamples.example(HELPER, "forum", "empty-" + i, i, dialogue))
              .setMessages(List.of())
              .build());
    }
    feed.flush();
    output.await("an alert", () -> output.alerts("quarantine-rate").findAny().isPresent());
    SafetyAlert alert = output.alerts("quarantine-rate").findFirst().orElseThrow();
    fact("alert.startsAt", alert.getStartsAt());
    fact("alert.fingerprint", alert.getFingerprint());
    output.await("an alert that nobody takes", () -> !outside.alerts().isEmpty());
  }

  private void keepProbing() {
    outside.judge(GoldenOutside.Judge.NOTHING);
    int half = (SINCE_GREEN - WINDOW) / 2;
    examples(HELPER, half);
    output.await("a version that is probed", () -> candidates().size() == 1);
    output.await("a judge that is silent", () -> outside.unanswered() > 0);
    examples(HELPER, half);
    output.await("a version that waits", () -> candidates().size() == 2);
    examples(HELPER, WINDOW);
    output.await("the last step", () -> output.trained(HELPER) == TRAINED);
    examples(HELPER, WAITING);
    fact("helper.probing", candidates().get(0).getVersion());
    fact("helper.waiting", candidates().get(1).getVersion());
  }

  /** Those since the promoted version. */
  private List<AdapterVersion> candidates() {
    long green = promoted(HELPER).orElseThrow().getStep();
    return output
        .versions(HELPER)
        .filter(version -> version.getStep() > green)
        .filter(version -> version.getStatus() == VersionStatus.CANDIDATE)
        .toList();
  }

  private void awaitRest() {
    try (Progress progress =
        new Progress(run.bootstrapServers(), configuration.get(JobOptions.NAME))) {
      output.await("examples to be read", () -> progress.atEnd(Topics.EXAMPLES));
    }
    // What the last step gave to others has come to them by now: two checkpoints' barriers did.
    run.checkpoint();
    run.checkpoint();
  }

  private Path savepoint(WorkDirectory work) throws Exception {
    String uri =
        run.cluster().stop(run.job(), work.resolve("savepoints").toUri().toString(), LIMIT);
    run.cluster().awaitEnd(run.job(), LIMIT);
    for (String adapterId : List.of(HELPER, OTHER)) {
      TrainingStep last = output.steps(adapterId).reduce((a, b) -> b).orElseThrow();
      fact(adapterId + ".step", last.getStep());
      fact(adapterId + ".updates", last.getUpdates());
      fact("pairs", last.getPairSetDigest());
    }
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", run.bootstrapServers()))) {
      admin
          .listConsumerGroupOffsets(configuration.get(JobOptions.NAME))
          .partitionsToOffsetAndMetadata()
          .get()
          .forEach((at, offset) -> fact("offset." + at.topic(), offset.offset()));
    }
    return Path.of(URI.create(uri));
  }
}
