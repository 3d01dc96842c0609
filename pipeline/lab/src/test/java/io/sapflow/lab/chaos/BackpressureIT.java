package io.sapflow.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import io.sapflow.job.kafka.Waiting;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.run.RandomToyModel;
import io.sapflow.local.run.Session;
import io.sapflow.local.stack.KafkaBroker;
import io.sapflow.local.stack.LocalCluster.CheckpointCounts;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.Topics;
import io.sapflow.schema.TrainingStep;
import io.sapflow.toy.Dialogue;
import io.sapflow.toy.Split;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyModel;
import io.sapflow.toy.ToyWorld;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is slow or away for a while costs time, and nothing else. */
@Timeout(300)
class BackpressureIT {

  private static final String ADAPTER = "helper";
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration OUTAGE = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final List<SafetyPair> PAIRS = ToyExamples.pairs(new ToyWorld(0).safetyPairs(16));
  private static final List<Dialogue> DIALOGUES = new ToyWorld(1).newTask(2000, Split.TRAIN);

  private WorkDirectory work;
  private KafkaBroker broker;
  private LocalRun run;

  @BeforeEach
  void start() {
    work = WorkDirectory.create();
    broker = KafkaBroker.start(work, "kafka");
    run = LocalRun.on(work, broker.bootstrapServers());
  }

  @AfterEach
  void end() {
    if (run != null) {
      run.close();
    }
    work.close();
  }

  @Test
  void step_longerThanTheCheckpointInterval_expiresNoCheckpoint() {
    int rows = 16;
    int examples = 4 * rows;
    Configuration configuration =
        configuration(
            ToyModel.unpack(work.path()),
            Map.of(
                "sapflow.batch.window", Integer.toString(rows),
                "sapflow.batch.rows", Integer.toString(rows),
                "sapflow.batch.tokens", "1000000"));
    // What falls due while tasks are being opened, or while they end, fails as it should.
    CheckpointCounts begun;
    CheckpointCounts ended;
    try (Session session = new Session(run, configuration, record -> {})) {
      session.start(PAIRS, List.of());
      begun = run.cluster().checkpointCounts(run.job());
      send(session, examples, BackpressureIT::lengthened);
      while (session.tally().handled() < examples) {
        run.check();
        session.follow(LOOK);
      }
      ended = run.cluster().checkpointCounts(run.job());
      session.finish(ADAPTER);
    }
    Outcome outcome = outcome();
    List<TrainingStep> trained =
        outcome.steps().stream().filter(step -> step.getOutcome() == StepStatus.TRAINED).toList();
    assertThat(trained).hasSize(4);
    assertThat(ended.failed()).isEqualTo(begun.failed());
    assertThat(ended.restored()).isZero();
    assertAllOnce(outcome, examples, configuration);
    assumeThat(trained)
        .as("steps that are long enough to tell anything; this machine is too fast")
        .allMatch(step -> step.getDurationMillis() > INTERVAL.toMillis())
        .anyMatch(step -> step.getDurationMillis() > 2 * INTERVAL.toMillis());
    assertThat(ended.completed()).isGreaterThan(begun.completed() + 1);
  }

  @Test
  void broker_awayForAMinuteInTheMiddleOfAStream_losesNothing() {
    Configuration configuration =
        configuration(
            ToyModel.unpack(work.path()),
            Map.of("sapflow.adapter.version-updates", "10", "sapflow.batch.window", "20"));
    try (Session session = new Session(run, configuration, record -> {})) {
      session.start(PAIRS, List.of());
      send(session, 100, dialogue -> dialogue);
      while (session.tally().handled() < 100) {
        run.check();
        session.follow(LOOK);
      }
      send(session, 500, dialogue -> dialogue);
      session.flush();
      broker.stop(); // What it has of these was read in part, and committed no further.
      Waiting.pause(OUTAGE);
      broker.restart();
      send(session, 200, dialogue -> dialogue);
      session.finish(ADAPTER);
    }
    assertAllOnce(outcome(), 800, configuration);
  }

  @Test
  void probe_slow_holdsNeitherStepsNorCheckpoints() throws IOException {
    Configuration configuration =
        configuration(
            RandomToyModel.write(work.path(), 96, 6),
            Map.of(
                "sapflow.probe.rows", "8",
                "sapflow.probe.answer-tokens", "400",
                "sapflow.batch.window", "10"));
    List<ProbePrompt> prompts = ToyExamples.prompts(new ToyWorld(0).probePrompts(40, 8));
    NavigableMap<Long, CheckpointCounts> checkpoints = new TreeMap<>();
    try (Session session = new Session(run, configuration, record -> {})) {
      session.start(PAIRS, prompts);
      send(session, 20, dialogue -> dialogue);
      while (session.tally().versions().isEmpty() || session.tally().unjudged() > 0) {
        checkpoints.put(System.currentTimeMillis(), run.cluster().checkpointCounts(run.job()));
        session.follow(LOOK);
        send(session, 5, dialogue -> dialogue);
      }
      run.cluster().cancel(run.job(), LIMIT);
    }
    TopicRecords steps = TopicRecords.read(run.bootstrapServers(), Topics.STEPS);
    ProbeReport report =
        TopicRecords.read(run.bootstrapServers(), Topics.PROBES).as(ProbeReport.class).get(0);
    assertThat(report.getComplete()).as(report.getIncompleteReason()).isTrue();
    long end = report.getTime();
    long begin = end - (long) report.getDurationMillis();
    assertThat(
            steps.records().stream()
                .filter(record -> begin < record.timestamp() && record.timestamp() < end))
        .as("steps made while the probe ran, from %d to %d", begin, end)
        .hasSizeGreaterThan(5);
    CheckpointCounts before = checkpoints.ceilingEntry(begin).getValue();
    CheckpointCounts after = checkpoints.floorEntry(end).getValue();
    assertThat(after.completed() - before.completed())
        .as("checkpoints completed while the probe ran")
        .isGreaterThan(3);
    assertThat(after.failed()).isEqualTo(before.failed());
  }

  /** Without a version but the first and the last, where the values do not say otherwise. */
  private Configuration configuration(Path model, Map<String, String> values) {
    Map<String, String> all = new TreeMap<>();
    all.put("sapflow.model.path", model.toString());
    all.put("sapflow.checkpoint.interval", INTERVAL.toMillis() + " ms");
    all.put("sapflow.adapter.version-updates", "1000000");
    all.putAll(values);
    return run.complete(ConfigFile.of(all));
  }

  private static void send(Session session, int examples, UnaryOperator<Dialogue> change) {
    for (int i = 0; i < examples; i++) {
      int number = session.sent();
      Dialogue dialogue = change.apply(DIALOGUES.get(number % DIALOGUES.size()));
      session.send(ToyExamples.example(ADAPTER, "forum", "forum-" + number, number, dialogue));
    }
  }

  /** The same answer so often that a row of it is long. */
  private static Dialogue lengthened(Dialogue dialogue) {
    return new Dialogue(dialogue.prompt(), (dialogue.answer() + " ").repeat(80).strip());
  }

  private Outcome outcome() {
    return Outcome.read(run.bootstrapServers(), work.resolve("adapters"), null);
  }

  private static void assertAllOnce(Outcome outcome, int examples, Configuration configuration) {
    assertThat(outcome.examples()).hasSize(examples);
    assertThat(outcome.steps().stream().mapToInt(TrainingStep::getExamples).sum())
        .isEqualTo(examples);
    assertThat(outcome.quarantined()).isEmpty();
    assertThat(Faults.of(outcome, new JobSettings(configuration)))
        .isEqualTo(new Faults(0, 0, List.of(), List.of()));
  }
}
