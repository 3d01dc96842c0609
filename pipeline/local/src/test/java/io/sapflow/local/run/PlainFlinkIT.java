package io.sapflow.local.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.job.ConfigFile;
import io.sapflow.job.kafka.StackException;
import io.sapflow.job.kafka.Waiting;
import io.sapflow.local.stack.FlinkInstallation;
import io.sapflow.local.stack.FlinkInstallation.Ran;
import io.sapflow.local.stack.KafkaBroker;
import io.sapflow.local.stack.RemoteCluster;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TrainingStep;
import io.sapflow.toy.Split;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyModel;
import io.sapflow.toy.ToyWorld;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The job on Flink distributions as docs/operations.md sets them up, by the commands that stand
 * there: one job that is handed on by savepoints, so that each start goes on from what another
 * Flink, or another mode of it, has left.
 */
@Timeout(900)
class PlainFlinkIT {

  private static final String FLINK_2_2 = "pipeline/local/cluster";
  private static final String FLINK_2_3 = "pipeline/local/flink-2.3";
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final Duration POLL = Duration.ofMillis(200);

  /** As docs/operations.md has them: a dead JobManager is noticed soon. */
  private static final Map<String, String> HEARTBEATS =
      Map.of(
          "heartbeat.interval", "1000",
          "heartbeat.timeout", "6000",
          "heartbeat.rpc-failure-threshold", "2");

  /** As docs/observability.md has it, of several processes on one machine. */
  private static final int FIRST_PORT = 29_249;

  private static final int LAST_PORT = 29_269;

  private static final Map<String, String> SCRAPED =
      Map.of(
          "metrics.reporter.sapflow.factory.class",
          "io.sapflow.scrape.ScrapeReporterFactory",
          "metrics.reporter.sapflow.port",
          FIRST_PORT + "-" + LAST_PORT);

  private static final Pattern SAVEPOINT =
      Pattern.compile("Savepoint completed. Path: (file:\\S+)");

  /** Of one update, and of one version. */
  private static final int EXAMPLES = 4;

  private WorkDirectory work;
  private String servers;
  private Feed feed;
  private Watcher watcher;
  private Path config;
  private int sent;
  private final List<TrainingStep> steps = new ArrayList<>();
  private final List<AdapterVersion> versions = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    work = WorkDirectory.create();
    servers = KafkaBroker.start(work, "kafka").bootstrapServers();
    LocalRun.createTopics(servers);
    feed = work.own(new Feed(servers));
    watcher = work.own(new Watcher(servers));
    config =
        Files.writeString(
            work.resolve("job.yaml"),
            """
            sapflow:
              job.name: helper
              kafka.bootstrap-servers: %s
              model.path: %s
              adapter.store: %s
              checkpoints: %s
              checkpoint.interval: 1 s
              train.method: sft
              batch.window: %d
              batch.rows: %d
              adapter.version-updates: 1
            """
                .formatted(
                    servers,
                    ToyModel.unpack(work.path()),
                    work.resolve("adapters").toUri(),
                    work.resolve("checkpoints").toUri(),
                    EXAMPLES,
                    EXAMPLES));
  }

  @AfterEach
  void end() {
    work.close();
  }

  @Test
  void job_handedOnFromModeToMode_andFromFlink22To23_goesOnFromEachSavepoint() throws Exception {
    try (FlinkInstallation flink = FlinkInstallation.of(work, "session-2.2", FLINK_2_2, SCRAPED)) {
      flink.startJobManager();
      try (RemoteCluster client = clientOf(flink)) {
        List<String> lines = submit(flink);
        assertThat(lines)
            .doesNotContain(Submission.UNREPORTED)
            .anyMatch(line -> line.startsWith("job helper starts fresh"));
        assertThat(scrapes())
            .as("JobManager and TaskManager")
            .anyMatch(text -> text.contains("\nflink_jobmanager_job_numRestarts{"))
            .anyMatch(text -> text.contains("_sapflow_steps counter\n"));
        trainsAndStops(flink, client);
      }
    }
    application("application-2.2", FLINK_2_2);
    application("application-2.3", FLINK_2_3);
    try (FlinkInstallation flink = installation("session-2.3", FLINK_2_3)) {
      flink.startJobManager();
      try (RemoteCluster client = clientOf(flink)) {
        Ran ran =
            flink.flink("run", "-d", JobJar.find().toString(), "--job-config", config.toString());
        assertThat(ran.exitCode()).as(ran.output()).isZero();
        assertThat(ran.output()).contains("job helper goes on from savepoint ");
        trainsAndStops(flink, client);
      }
    }
  }

  @Test
  void submit_libWithoutWhatTheZipHolds_failsOnceAndSaysSo() throws Exception {
    lacks(
        "tokenizers-",
        "lib/ of the TaskManager: found no usable ai/djl/huggingface/\\S+, expected what"
            + " sapflow-flink-lib.zip holds, in each Flink process");
    lacks(
        "pytorch-native-",
        "libtorch: found no pytorch-native-cpu-[0-9.]+-\\w+-\\w+\\.jar on the class path, and no"
            + " PYTORCH_LIBRARY_PATH in the environment; expected that jar in lib/ of each Flink"
            + " process before it starts, as sapflow-flink-lib.zip holds it");
  }

  private void lacks(String jar, String expected) throws IOException {
    try (FlinkInstallation flink = installation("without-" + jar, FLINK_2_2)) {
      flink.removeFromLib(jar);
      flink.startJobManager();
      try (RemoteCluster client = clientOf(flink)) {
        assertThatThrownBy(() -> submit(flink))
            .isInstanceOf(StackException.class)
            .hasMessageMatching("job \\w+ failed: io.sapflow.model.ModelException: " + expected);
        assertThat(client.running("helper")).isEmpty();
      }
    }
  }

  /** Nobody keeps the job: its main runs again with the arguments that it had. */
  @Test
  void application_restartedThatBeginsAnewOrAtASavepoint_beginsOnce() throws Exception {
    String[] fresh = {"--fresh", "-Dsapflow.start.once=a"};
    try (FlinkInstallation flink = FlinkInstallation.of(work, "restarted", FLINK_2_2, HEARTBEATS)) {
      flink.job(JobJar.find());
      startApplication(flink, "--fresh");
      assertThat(flink.jobManagerEnds()).isTrue();
      assertThat(flink.logs()).contains("sapflow.start.once: is missing, expected a word");
      String savepoint;
      startApplication(flink, fresh);
      try (RemoteCluster client = clientOf(flink)) {
        trains(flink);
        flink.killJobManager();
        startApplication(flink, fresh);
        savepoint = trainsAndStops(flink, client);
      }
      assertThat(flink.logs())
          .containsPattern(
              "job helper goes on from checkpoint \\d+ .+; sapflow.start.once=a has begun anew"
                  + " before, in start-1, another word begins again");
      String[] named = {"-Dexecution.state-recovery.path=" + savepoint};
      startApplication(flink, named);
      trains(flink);
      flink.killJobManager();
      startApplication(flink, named);
      trains(flink);
      assertThat(flink.logs())
          .containsPattern(
              "job helper goes on from checkpoint \\d+ .+; it has begun at "
                  + Pattern.quote(savepoint)
                  + " before, in start-2, and begins there again with a sapflow.start.once");
    }
  }

  /** Its main runs again, beside the job that ZooKeeper has kept. */
  @ParameterizedTest
  @ValueSource(strings = {FLINK_2_2, FLINK_2_3})
  void application_jobManagerKilled_theNextOneGoesOnWithTheJob(String module) throws Exception {
    Map<String, String> keeping = new TreeMap<>(HEARTBEATS);
    keeping.put("high-availability.type", "zookeeper");
    keeping.put("high-availability.cluster-id", "helper");
    keeping.put("high-availability.storageDir", work.resolve("ha").toUri().toString());
    keeping.put("high-availability.zookeeper.client.session-timeout", "6 s");
    String[] fresh = {"--fresh", "-Dsapflow.start.once=a"};
    try (FlinkInstallation flink = FlinkInstallation.of(work, "kept", module, keeping)) {
      flink.job(JobJar.find());
      flink.startZooKeeper();
      startApplication(flink, fresh);
      try (RemoteCluster client = clientOf(flink)) {
        trains(flink);
        JobID job = running(client);
        flink.killJobManager();
        startApplication(flink, fresh);
        trains(flink);
        assertThat(running(client)).isEqualTo(job);
      }
    }
    // What the job goes on writing is where the next start looks.
    assertThat(work.resolve("checkpoints/helper")).isDirectoryNotContaining("glob:**/start-2");
  }

  private void startApplication(FlinkInstallation flink, String... further) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--job-classname", "io.sapflow.job.TuningJob", "--job-config", config.toString()));
    arguments.addAll(List.of(further));
    flink.startApplication(arguments.toArray(String[]::new));
  }

  private void application(String name, String module) throws Exception {
    try (FlinkInstallation flink = installation(name, module)) {
      flink.job(JobJar.find());
      startApplication(flink);
      try (RemoteCluster client = clientOf(flink)) {
        trainsAndStops(flink, client);
        assertThat(flink.logs()).contains("job helper goes on from savepoint ");
        assertThat(flink.jobManagerEnds()).isTrue();
      }
    }
  }

  private FlinkInstallation installation(String name, String module) {
    return FlinkInstallation.of(work, name, module, Map.of());
  }

  private static RemoteCluster clientOf(FlinkInstallation flink) {
    flink.startTaskManager();
    RemoteCluster client = RemoteCluster.at(address(flink, new Configuration()));
    flink.awaitTaskManagers(client, 1);
    return client;
  }

  private static Configuration address(FlinkInstallation flink, Configuration configuration) {
    Configuration at = new Configuration(configuration);
    at.set(RestOptions.ADDRESS, flink.webUrl().getHost());
    at.set(RestOptions.PORT, flink.webUrl().getPort());
    return at;
  }

  private List<String> submit(FlinkInstallation flink) {
    List<String> lines = new ArrayList<>();
    Configuration job = address(flink, ConfigFile.read(config, Map.of()));
    new Submission(job, false, LIMIT, lines::add).submit(JobJar.find());
    return lines;
  }

  private static List<String> scrapes() throws InterruptedException {
    List<String> scrapes = new ArrayList<>();
    for (int port = FIRST_PORT; port <= LAST_PORT; port++) {
      URI url = URI.create("http://127.0.0.1:" + port + "/metrics");
      try {
        scrapes.add(
            HttpClient.newHttpClient()
                .send(
                    HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(10)).build(),
                    HttpResponse.BodyHandlers.ofString())
                .body());
      } catch (IOException e) {
        // Nobody has that port.
      }
    }
    return scrapes;
  }

  /** The savepoint. */
  private String trainsAndStops(FlinkInstallation flink, RemoteCluster client) throws IOException {
    trains(flink);
    String savepoints = work.resolve("checkpoints/helper/start-1/savepoints").toUri().toString();
    Ran ran = flink.flink("stop", "--savepointPath", savepoints, running(client).toString());
    assertThat(ran.exitCode()).as(ran.output()).isZero();
    Matcher savepoint = SAVEPOINT.matcher(ran.output());
    assertThat(savepoint.find()).as(ran.output()).isTrue();
    return savepoint.group(1);
  }

  /** The examples that are sent now, once each, into a version. */
  private void trains(FlinkInstallation flink) throws IOException {
    int before = versions.size();
    for (int i = 0; i < EXAMPLES; i++, sent++) {
      feed.example(
          ToyExamples.example(
              "helper",
              "forum",
              "e-" + sent,
              sent,
              new ToyWorld(1).newTask(100, Split.TRAIN).get(sent)));
    }
    feed.flush();
    long end = System.nanoTime() + LIMIT.toNanos();
    while (trained() < sent || versions.size() == before) {
      watcher.poll(POLL, this::take);
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "trained " + trained() + " of " + sent + " examples\n" + flink.logs());
      }
    }
    assertThat(trained()).isEqualTo(sent);
    assertThat(numbers()).isEqualTo(LongStream.rangeClosed(1, steps.size()).boxed().toList());
  }

  private List<Long> numbers() {
    return steps.stream().map(TrainingStep::getStep).toList();
  }

  private static JobID running(RemoteCluster client) {
    Optional<JobID> job = client.running("helper");
    while (job.isEmpty()) {
      Waiting.pause(POLL);
      job = client.running("helper");
    }
    return job.orElseThrow();
  }

  private void take(SpecificRecord record) {
    if (record instanceof TrainingStep step && step.getOutcome() == StepStatus.TRAINED) {
      steps.add(step);
    } else if (record instanceof AdapterVersion version) {
      versions.add(version);
    }
  }

  private int trained() {
    return steps.stream().mapToInt(TrainingStep::getExamples).sum();
  }
}
