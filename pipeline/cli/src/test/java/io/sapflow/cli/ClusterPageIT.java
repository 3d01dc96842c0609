package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import io.sapflow.job.access.Access;
import io.sapflow.job.access.AccessList;
import io.sapflow.job.access.AccessLook;
import io.sapflow.job.kafka.Waiting;
import io.sapflow.local.stack.ClusterOptions;
import io.sapflow.local.stack.FlinkCommand;
import io.sapflow.local.stack.ProcessCluster;
import io.sapflow.local.stack.SapflowHome;
import io.sapflow.local.stack.SecuredBroker;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.schema.Topic;
import io.sapflow.schema.TopicNames;
import io.sapflow.toy.ToyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The walk of docs/cluster.md with the page's own file and commands, on a broker with TLS, users
 * and access control lists, and a Flink cluster of other processes.
 */
@Timeout(600)
class ClusterPageIT {

  private static final String WORD = "glorb-of-the-page";
  private static final Pattern COMMAND = Pattern.compile("(?m)^    (?:\\./)?(sapflow|flink) (.+)$");
  private static final Pattern FILE = Pattern.compile("(?s)```yaml\n(.+?)```");
  private static final Pattern RUNS = Pattern.compile("(?m)^job ([0-9a-f]{32}) runs$");
  private static final String STEPS = TopicNames.DEFAULT.of(Topic.STEPS);
  private static final Duration POLL = Duration.ofMillis(100);

  /** The adapter as it begins, and after its one update: what comes beyond them is promoted. */
  private static final int CANDIDATES = 2;

  /** One job has half of them. */
  private static final int SLOTS = 2;

  private WorkDirectory work;
  private SecuredBroker broker;
  private ProcessCluster cluster;
  private Path model;
  private JobSettings settings;
  private String job;

  @BeforeEach
  void start() throws IOException {
    work = WorkDirectory.create();
    broker = work.own(SecuredBroker.start(work.resolve("secured")));
    model = ToyModel.unpack(work.path());
    // As a cluster that has stood for a while: it tells at once that it has too few slots.
    Configuration flink =
        Configuration.fromMap(Map.of("resourcemanager.standalone.start-up-time", "1000"));
    cluster =
        ProcessCluster.start(work, new ClusterOptions(1, SLOTS, work.resolve("flink"), flink));
  }

  @AfterEach
  void end() {
    work.close();
  }

  @Test
  void commandsOfThePage_withItsFile_doWhatItSays() throws IOException {
    String page = Files.readString(SapflowHome.find().resolve("docs/cluster.md"));
    Path config = Files.writeString(work.resolve("job.yaml"), file(page));
    settings = new JobSettings(ConfigFile.read(config, Map.of()));
    broker.user("sapflow", WORD);
    grant(settings);
    grant(
        new JobSettings(
            ConfigFile.read(
                config, Map.of("sapflow.job.name", "second", "sapflow.topics.prefix", "second."))));
    ClusterPageFiles.write(work.path());
    List<String> run = new ArrayList<>();
    Matcher commands = COMMAND.matcher(page);
    while (commands.find()) {
      String line = here(commands.group(2));
      String[] words = line.split(" ");
      run.add(words[0]);
      if (commands.group(1).equals("flink")) {
        assertThat(FlinkCommand.run(work.resolve("flink"), Arrays.asList(words)))
            .contains("Savepoint completed. Path: file:");
        continue;
      }
      if (words[0].equals("submit") && job == null) {
        withoutARight_isRefused(line);
        withoutSlots_isCancelled(line);
      }
      holds(words, run, done(line));
    }
    assertThat(run)
        .containsExactly(
            "topics", "model", "pairs", "prompts", "check", "submit", "send", "send", "watch",
            "watch", "watch", "stop", "submit", "topics", "submit");
    assertThat(work.resolve("adapters/helper/promoted")).isNotEmptyFile();
  }

  private Said done(String line) {
    Said said = Said.of(line.split(" "));
    assertThat(said.code()).as("%s%n%s%s", line, said.out(), said.err()).isZero();
    assertThat(said.out() + said.err()).as(line).doesNotContain(WORD);
    return said;
  }

  /** What the page says of some of them. */
  private void holds(String[] words, List<String> run, Said said) {
    switch (words[0]) {
      case "submit" -> {
        assertThat(said.out())
            .contains(
                switch (run.size()) {
                  case 6 -> "job helper starts fresh";
                  case 13 -> "job helper goes on from savepoint ";
                  default -> "job second starts fresh";
                });
        Matcher runs = RUNS.matcher(said.out());
        assertThat(runs.find()).as(said.out()).isTrue();
        job = runs.group(1);
        if (run.size() == 6) {
          // What watch quarantine shows.
          sendGarbage();
        }
      }
      case "watch" -> {
        if (words[1].equals("adapters")) {
          assertThat(said.out()).contains("CANDIDATE", "PROMOTED");
        }
      }
      default -> {
        // Its exit code tells.
      }
    }
  }

  /** A line of the page on this machine. What lasts until Ctrl-C ends after some lines. */
  private String here(String line) {
    String local =
        line.replaceAll("\\b(\\w+\\.(jsonl|yaml))\\b", work.path() + "/$1")
            .replace("/models/helper-base", model.toString())
            .replace("/shared/sapflow", work.path().toString())
            .replace("jobmanager.example:8081", cluster.webUrl().getAuthority())
            .replace("JOB-ID", String.valueOf(job));
    return local.startsWith("watch")
        ? local + " --from-beginning --count " + (local.contains("adapters") ? 1 + CANDIDATES : 1)
        : local;
  }

  private String file(String page) throws IOException {
    Path secrets =
        Files.writeString(
            work.resolve("kafka.properties"),
            "password=" + WORD + "\ntruststore=" + SecuredBroker.storePassword() + "\n");
    Matcher file = FILE.matcher(page);
    assertThat(file.find()).isTrue();
    return file.group(1)
            .replace("broker-1.example:9093,broker-2.example:9093", broker.secured())
            .replace("/run/secrets/kafka.properties", secrets.toString())
            .replace("/etc/sapflow/truststore.p12", broker.store("trusted").toString())
            .replace("/models/helper-base", model.toString())
            .replace("/shared/sapflow", work.path().toString())
        + ClusterPageFiles.QUICK;
  }

  /** What the job and the commands need, and no more; with the right to make topics. */
  private void grant(JobSettings of) {
    List<Access> all = new ArrayList<>(AccessList.ofJob(of));
    AccessList.ofPeople(of).values().forEach(all::addAll);
    all.stream().distinct().forEach(access -> broker.allow("sapflow", access));
  }

  private void withoutARight_isRefused(String line) {
    Access right =
        new Access(ResourceType.TOPIC, STEPS, false, AclOperation.WRITE, "the job's sinks");
    broker.deny("sapflow", right);
    awaitHeard(right, true);
    long begun = System.nanoTime();
    Said said = Said.of(line.split(" "));
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(15));
    assertThat(said.code()).as(said.out() + said.err()).isEqualTo(1);
    assertThat(said.err())
        .startsWith(
            "sapflow: check acls: found the brokers at "
                + broker.secured()
                + ": no right to WRITE on topic "
                + STEPS
                + " (the job's sinks), expected ")
        .hasLineCount(1);
    assertThat(said.out()).doesNotContain("submitted");
    assertThat(cluster.client().running("helper")).isEmpty();
    assertThat(work.resolve("checkpoints/helper")).doesNotExist();
    broker.allow("sapflow", right);
    awaitHeard(right, false);
  }

  /** The broker that is asked hears of rights a moment later. */
  private void awaitHeard(Access right, boolean missing) {
    while (AccessLook.missing(settings.kafka(), List.of(right)).isEmpty() == missing) {
      Waiting.pause(POLL);
    }
  }

  private void withoutSlots_isCancelled(String line) {
    Said said = Said.of((line + " --wait 8 -Dsapflow.job.parallelism=" + (SLOTS + 1)).split(" "));
    assertThat(said.code()).as(said.out() + said.err()).isEqualTo(1);
    assertThat(said.err())
        .matches(
            "sapflow: job [0-9a-f]{32} does not run after 8 s: found 2 free of the cluster's 2 task"
                + " slots, expected 3 task slots \\(sapflow.job.parallelism: 3,"
                + " sapflow.job.slot-sharing: shared\\); it is cancelled: add TaskManagers or slots"
                + " \\(taskmanager.numberOfTaskSlots\\), or lower sapflow.job.parallelism\n");
    // It waited: what Flink calls its restarts is no failure.
    assertThat(said.out()).contains("submitted to").doesNotContain("restarts again and again");
    assertThat(cluster.client().running("helper")).isEmpty();
  }

  private void sendGarbage() {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.plain()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>("sapflow.examples.v1", new byte[] {1, 2, 3}));
    }
  }
}
