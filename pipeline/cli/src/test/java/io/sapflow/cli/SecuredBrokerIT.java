package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.local.run.LocalRun;
import io.sapflow.local.run.Watcher;
import io.sapflow.local.stack.SapflowHome;
import io.sapflow.local.stack.SecuredBroker;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.TopicNames;
import io.sapflow.schema.TrainingStep;
import io.sapflow.toy.ToyModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A broker with TLS, users and access control lists: the job and the commands, and each mistake.
 */
@Timeout(240)
class SecuredBrokerIT {

  private static final String WORD = "glorb-of-the-job";
  private static final int WINDOW = 16;

  private static WorkDirectory work;
  private static SecuredBroker broker;
  private static Path config;

  @BeforeAll
  static void start() throws IOException {
    work = WorkDirectory.create();
    broker = work.own(SecuredBroker.start(work.resolve("secured")));
    LocalRun.createTopics(broker.plain());
    broker.user("job", WORD);
    for (String topic : TopicNames.DEFAULT.all()) {
      for (AclOperation operation :
          List.of(AclOperation.READ, AclOperation.WRITE, AclOperation.DESCRIBE_CONFIGS)) {
        broker.allow("job", ResourceType.TOPIC, PatternType.LITERAL, topic, operation);
      }
    }
    broker.allow("job", ResourceType.GROUP, PatternType.LITERAL, "helper", AclOperation.READ);
    broker.allow(
        "job", ResourceType.GROUP, PatternType.LITERAL, "sapflow-writer", AclOperation.READ);
    broker.allow(
        "job", ResourceType.GROUP, PatternType.PREFIXED, "sapflow-send-", AclOperation.READ);
    broker.allow(
        "job",
        ResourceType.TRANSACTIONAL_ID,
        PatternType.PREFIXED,
        "sapflow-send-",
        AclOperation.WRITE);
    for (AclOperation operation : List.of(AclOperation.WRITE, AclOperation.DESCRIBE)) {
      broker.allow(
          "job", ResourceType.TRANSACTIONAL_ID, PatternType.PREFIXED, "sapflow-helper-", operation);
      broker.allow(
          "job", ResourceType.TRANSACTIONAL_ID, PatternType.LITERAL, "sapflow-writer", operation);
    }
    Files.writeString(
        work.resolve("secrets.properties"),
        "job=" + WORD + "\nwrong=x\nstores=" + SecuredBroker.storePassword() + "\n");
    config = config("job.yaml", broker.secured(), "SASL_SSL", "trusted", "job");
  }

  @AfterAll
  static void end() {
    work.close();
  }

  private static Path config(
      String name, String servers, String protocol, String trust, String word) throws IOException {
    return Files.writeString(
        work.resolve(name),
        """
        sapflow:
          job.name: helper
          model.path: %s
          adapter.store: %s
          checkpoint.interval: 500 ms
          batch.window: %d
          kafka:
            bootstrap-servers: %s
            properties:
              config.providers: file
              config.providers.file.class: org.apache.kafka.common.config.provider.FileConfigProvider
              security.protocol: %s
              sasl.mechanism: SCRAM-SHA-512
              sasl.jaas.config: org.apache.kafka.common.security.scram.ScramLoginModule required username="job" password="${file:%s:%s}";
              ssl.truststore.location: %s
              ssl.truststore.type: PKCS12
              ssl.truststore.password: ${file:%s:stores}
        """
            .formatted(
                Files.isDirectory(work.resolve("toy"))
                    ? work.resolve("toy")
                    : ToyModel.unpack(work.path()),
                work.resolve("adapters").toUri(),
                WINDOW,
                servers,
                protocol,
                work.resolve("secrets.properties"),
                word,
                broker.store(trust),
                work.resolve("secrets.properties")));
  }

  private static Said sapflow(String... args) {
    return Said.of(args);
  }

  private static Process sapflowRun(Path out) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                SapflowHome.find().resolve("sapflow").toString(),
                "run",
                "--config",
                config.toString(),
                "--log",
                work.resolve("run.log").toString())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("TMPDIR", work.path().toString());
    return builder.start();
  }

  @Test
  void jobAndCommands_overTlsWithPasswordAndLists_work_andTheSecretIsNowhere() throws Exception {
    String pairs =
        Files.writeString(
                work.resolve("pairs.jsonl"),
                "{\"prompt\":\"How do I zorble?\",\"chosen\":\"no\",\"rejected\":\"yes\"}\n")
            .toString();
    Said loaded = sapflow("pairs", "load", pairs, "--config", config.toString());
    assertThat(loaded.code()).as(loaded.err()).isZero();
    String examples =
        IntStream.range(0, 2 * WINDOW)
            .mapToObj(i -> "{\"prompt\":\"question " + i + "\",\"completion\":\"answer\"}")
            .collect(Collectors.joining("\n"));
    Path file = Files.writeString(work.resolve("examples.jsonl"), examples);
    Said sent =
        sapflow(
            "send",
            file.toString(),
            "--adapter",
            "helper",
            "--source",
            "shop",
            "--config",
            config.toString());
    assertThat(sent.code()).as(sent.err()).isZero();

    Path out = work.resolve("run.out");
    Process run = sapflowRun(out);
    List<TrainingStep> steps = new ArrayList<>();
    try (Watcher watcher = new Watcher(broker.plain())) {
      while (steps.stream().mapToInt(TrainingStep::getExamples).sum() < 2 * WINDOW) {
        assertThat(run.isAlive()).as(Files.readString(out)).isTrue();
        watcher.poll(
            Duration.ofMillis(100),
            record -> {
              assertThat(record).isNotInstanceOf(QuarantinedRecord.class);
              if (record instanceof TrainingStep step) {
                steps.add(step);
              }
            });
      }
      Said paused =
          sapflow(
              "control",
              "pause",
              "--adapter",
              "helper",
              "--reason",
              "a look",
              "--config",
              config.toString());
      assertThat(paused.code()).as(paused.out() + paused.err()).isZero();
    } finally {
      run.destroy();
      if (!run.waitFor(60, TimeUnit.SECONDS)) {
        run.destroyForcibly();
      }
    }
    assertThat(run.exitValue()).as(Files.readString(out)).isZero();
    for (Path each : List.of(out, work.resolve("run.log"))) {
      assertThat(Files.readString(each, StandardCharsets.UTF_8))
          .as("%s", each)
          .doesNotContain(WORD)
          .doesNotContain(SecuredBroker.storePassword());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "secured | PLAINTEXT | trusted | job | sapflow.kafka.properties.security.protocol: found PLAINTEXT, but the brokers at ADDRESS are spoken to by TLS, expected SSL or SASL_SSL",
        "plain | SASL_SSL | trusted | job | sapflow.kafka.properties.security.protocol: found SASL_SSL, but the brokers at ADDRESS are spoken to without TLS, expected PLAINTEXT or SASL_PLAINTEXT",
        "secured | SASL_SSL | mistaken | job | sapflow.kafka.properties.ssl.truststore.location: found STORE, which does not know who has signed the certificate of the brokers at ADDRESS, expected the certificate of that authority in it",
        "misnamed | SASL_SSL | trusted | job | sapflow.kafka.bootstrap-servers: found ADDRESS, for which the brokers' certificate is not made out, expected a host that it names",
        "secured | SASL_SSL | trusted | wrong | sapflow.kafka.properties.sasl.jaas.config: found a user or a password that the brokers at ADDRESS refuse, expected one that they know",
        "nobody | SASL_SSL | trusted | job | sapflow.kafka.bootstrap-servers: found ADDRESS, where no broker answers within 10 s, expected addresses of Kafka brokers",
      })
  void mistake_isToldInOneLine_within15Seconds(
      String where, String protocol, String trust, String word, String expected)
      throws IOException {
    String address =
        switch (where) {
          case "secured" -> broker.secured();
          case "plain" -> broker.plain();
          case "misnamed" -> broker.misnamed();
          default -> "127.0.0.1:1";
        };
    Path mistaken = config("mistaken.yaml", address, protocol, trust, word);
    long begun = System.nanoTime();
    Said said = sapflow("topics", "describe", "--config", mistaken.toString());
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(15));
    assertThat(said.code()).isEqualTo(1);
    assertThat(said.err())
        .startsWith(
            "sapflow: "
                + expected
                    .replace("ADDRESS", address)
                    .replace("STORE", broker.store(trust).toString()))
        .hasLineCount(1)
        .doesNotContain(WORD);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ssl.truststore.location | /no/such.p12 | : found /no/such.p12, expected a store that can be read with its type and its password (/no/such.p12)",
        "sasl.jaas.config | x.NoSuchModule required; | : found none by which a client can log in, expected a login module with its options",
        "sasl.mechanism | SCRAM-SHA-256 | : found SCRAM-SHA-256, which the brokers at ADDRESS do not offer, expected one that they do (",
      })
  void propertyByWhichNoClientIsMade_isNamed(String property, String value, String expected) {
    String key = "sapflow.kafka.properties." + property;
    Said said =
        sapflow("topics", "describe", "--config", config.toString(), "-D" + key + "=" + value);
    assertThat(said.code()).isEqualTo(1);
    assertThat(said.err())
        .startsWith("sapflow: " + key + expected.replace("ADDRESS", broker.secured()))
        .hasLineCount(1)
        .doesNotContain(WORD);
  }

  @Test
  void clientWithItsCertificate_orByPlain_isLetIn() throws IOException {
    String stores = work.resolve("secrets.properties").toString();
    for (String name : List.of("CN=client", "plain")) {
      broker.allow(
          name,
          ResourceType.TOPIC,
          PatternType.PREFIXED,
          "sapflow.",
          AclOperation.DESCRIBE_CONFIGS);
      broker.allow(
          name, ResourceType.TOPIC, PatternType.PREFIXED, "sapflow.", AclOperation.DESCRIBE);
    }
    String common =
        """
        sapflow:
          kafka:
            bootstrap-servers: %s
            properties:
              config.providers: file
              config.providers.file.class: org.apache.kafka.common.config.provider.FileConfigProvider
              ssl.truststore.location: %s
              ssl.truststore.password: ${file:%s:stores}
        """;
    Path mutual =
        Files.writeString(
            work.resolve("mutual.yaml"),
            common.formatted(broker.mutual(), broker.store("trusted"), stores)
                + "      security.protocol: SSL\n      ssl.keystore.location: "
                + broker.store("client")
                + "\n      ssl.keystore.password: ${file:"
                + stores
                + ":stores}\n");
    Said withCertificate = sapflow("topics", "describe", "--config", mutual.toString());
    assertThat(withCertificate.code()).as(withCertificate.out() + withCertificate.err()).isZero();
    Files.writeString(work.resolve("plain.properties"), "word=plain-word\n");
    Path plain =
        Files.writeString(
            work.resolve("plain.yaml"),
            common.formatted(broker.secured(), broker.store("trusted"), stores)
                + "      security.protocol: SASL_SSL\n      sasl.mechanism: PLAIN\n"
                + "      sasl.jaas.config: org.apache.kafka.common.security.plain.PlainLoginModule"
                + " required username=\"plain\" password=\"${file:"
                + work.resolve("plain.properties")
                + ":word}\";\n");
    Said byPlain = sapflow("topics", "describe", "--config", plain.toString());
    assertThat(byPlain.code()).as(byPlain.out() + byPlain.err()).isZero();
  }
}
