package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import io.sapflow.job.access.Access;
import io.sapflow.job.access.AccessList;
import io.sapflow.job.access.AccessLook;
import io.sapflow.job.kafka.Waiting;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.stack.SecuredBroker;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.toy.ToyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A job that loses what its brokers have let it do while it runs. */
@Timeout(300)
class LostRightIT {

  private static final int WINDOW = 16;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** Five starts write some 2 MiB; what a client tries without a pause is far above. */
  private static final long MOST_LOG_BYTES = 6 << 20;

  private static WorkDirectory work;
  private static SecuredBroker broker;
  private static Path model;

  @BeforeAll
  static void start() throws IOException {
    work = WorkDirectory.create();
    broker = work.own(SecuredBroker.start(work.resolve("secured")));
    model = ToyModel.unpack(work.path());
    Files.writeString(
        work.resolve("secrets.properties"),
        "word=glorb\nstores=" + SecuredBroker.storePassword() + "\n");
  }

  @AfterAll
  static void end() {
    work.close();
  }

  /** A job's file; job, user and topics have the same name. */
  private static Path config(String name) throws IOException {
    return Files.writeString(
        work.resolve(name + ".yaml"),
        """
        sapflow:
          job.name: %1$s
          topics.prefix: %1$s.
          model.path: %2$s
          adapter.store: %3$s
          checkpoint.interval: 500 ms
          batch.window: %4$d
          kafka:
            bootstrap-servers: %5$s
            properties:
              config.providers: file
              config.providers.file.class: org.apache.kafka.common.config.provider.FileConfigProvider
              security.protocol: SASL_SSL
              sasl.mechanism: SCRAM-SHA-512
              sasl.jaas.config: org.apache.kafka.common.security.scram.ScramLoginModule required username="%1$s" password="${file:%6$s:word}";
              ssl.truststore.location: %7$s
              ssl.truststore.password: ${file:%6$s:stores}
        """
            .formatted(
                name,
                model,
                work.resolve(name).toUri(),
                WINDOW,
                broker.secured(),
                work.resolve("secrets.properties"),
                broker.store("trusted")));
  }

  private static JobSettings settings(String name) throws IOException {
    return new JobSettings(ConfigFile.read(config(name), Map.of()));
  }

  /** Starts a job with all its rights. */
  private static RunInChild run(String name) throws IOException, InterruptedException {
    broker.user(name, "glorb");
    JobSettings settings = settings(name);
    LocalRun.createTopics(
        new JobSettings(
            ConfigFile.of(
                Map.of(
                    "sapflow.job.name",
                    name,
                    "sapflow.topics.prefix",
                    name + ".",
                    "sapflow.kafka.bootstrap-servers",
                    broker.plain()))));
    List<Access> all = AccessList.ofJob(settings);
    all.forEach(access -> broker.allow(name, access));
    awaitMissing(settings, all, List.of());
    RunInChild run = RunInChild.start(work.path(), name, config(name));
    run.pages(); // once it runs
    return run;
  }

  private static void awaitMissing(JobSettings settings, List<Access> list, List<Access> expected) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (System.nanoTime() < end
        && !AccessLook.missing(settings.kafka(), list).equals(expected)) {
      Waiting.pause(Duration.ofMillis(20));
    }
    assertThat(AccessLook.missing(settings.kafka(), list)).isEqualTo(expected);
  }

  private static void takeAway(String name, ResourceType resource, String of) throws IOException {
    JobSettings settings = settings(name);
    Access lost =
        AccessList.ofJob(settings).stream()
            .filter(access -> access.resource() == resource && access.name().equals(of))
            .filter(access -> access.operation() == AclOperation.WRITE)
            .findFirst()
            .orElseThrow();
    broker.deny(name, lost);
    awaitMissing(settings, List.of(lost), List.of(lost));
  }

  private static void send(String job) throws IOException {
    String examples =
        IntStream.range(0, 2 * WINDOW)
            .mapToObj(i -> "{\"prompt\":\"question " + i + "\",\"completion\":\"answer\"}\n")
            .collect(Collectors.joining());
    Path file = Files.writeString(work.resolve("examples.jsonl"), examples);
    Said said =
        Said.on(
            broker.plain(),
            "send",
            file.toString(),
            "--adapter",
            "helper",
            "--source",
            "shop",
            "-Dsapflow.topics.prefix=" + job + ".");
    assertThat(said.code()).as(said.err()).isZero();
  }

  private static void assertEnded(RunInChild run, String name, String cause)
      throws IOException, InterruptedException {
    assertThat(run.awaitEnd()).as(run.said()).isEqualTo(1);
    long log = Files.size(work.resolve(name + ".log"));
    assertThat(run.said().lines().filter(line -> line.startsWith("sapflow: job ")))
        .singleElement()
        .asString()
        .matches(
            "sapflow: job "
                + name
                + " failed: "
                + cause
                + "; it has restarted \\d+ times within a minute, and no restart mends that");
    assertThat(log).isLessThan(MOST_LOG_BYTES);
  }

  @Test
  void rightToWriteATopic_lost_endsTheRunWithTheTopic() throws Exception {
    try (RunInChild run = run("topicless")) {
      takeAway("topicless", ResourceType.TOPIC, "topicless.steps.v1");
      send("topicless");
      assertEnded(
          run,
          "topicless",
          "org.apache.kafka.common.errors.TopicAuthorizationException: Not authorized to access"
              + " topics: \\[topicless.steps.v1\\]");
    }
  }

  @Test
  void rightToTransactionalIds_lost_endsTheRunWithThem() throws Exception {
    try (RunInChild run = run("idless")) {
      takeAway(
          "idless",
          ResourceType.TRANSACTIONAL_ID,
          settings("idless").transactionalIdPrefix() + "-");
      assertEnded(
          run,
          "idless",
          "org.apache.kafka.common.errors.TransactionalIdAuthorizationException: Transactional Id"
              + " authorization failed\\.");
    }
  }

  @Test
  void password_changed_endsTheRunWithTheUser() throws Exception {
    try (RunInChild run = run("changed")) {
      broker.user("changed", "another");
      assertEnded(
          run,
          "changed",
          "org.apache.kafka.common.errors.SaslAuthenticationException: Authentication failed.*");
    }
  }
}
