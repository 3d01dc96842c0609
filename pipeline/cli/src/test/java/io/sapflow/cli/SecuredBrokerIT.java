package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import io.sapflow.job.access.Access;
import io.sapflow.job.access.AccessList;
import io.sapflow.job.access.AccessLook;
import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.job.kafka.TopicReader;
import io.sapflow.job.kafka.Waiting;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.run.Watcher;
import io.sapflow.local.stack.SecuredBroker;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.ops.topics.WatchedTopic;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.Topics;
import io.sapflow.toy.ToyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A broker with TLS, users and access control lists: the job and the commands, and each mistake.
 */
@Timeout(300)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SecuredBrokerIT {

  /** What every password begins with, by which it is looked for where none may be. */
  private static final String WORD = Secrets.WORD;

  private static final int WINDOW = 16;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static WorkDirectory work;
  private static SecuredBroker broker;
  private static Path model;
  private static Path config;
  private static JobSettings settings;

  @BeforeAll
  static void start() throws IOException {
    work = WorkDirectory.create();
    broker = work.own(SecuredBroker.start(work.resolve("secured")));
    model = ToyModel.unpack(work.path());
    LocalRun.createTopics(broker.plain());
    StringBuilder secrets = new StringBuilder("wrong=x\n");
    secrets.append("stores=").append(SecuredBroker.storePassword()).append('\n');
    for (String user :
        List.of("job", "producer", "person", "reader", "blamer", "nobody", "tried")) {
      broker.user(user, WORD + user);
      secrets.append(user).append('=').append(WORD).append(user).append('\n');
    }
    Files.writeString(work.resolve("secrets.properties"), secrets);
    config = config("job");
    settings = new JobSettings(ConfigFile.read(config, Map.of()));
    allow("job", AccessList.ofJob(settings));
    allow("producer", AccessList.ofSend(Topics.EXAMPLES));
    allow("person", ofPeople());
    allow("reader", ofReader());
    allow("blamer", AccessList.ofBlame(settings));
  }

  @AfterAll
  static void end() {
    work.close();
  }

  private static List<Access> ofPeople() {
    return AccessList.ofPeople(settings).values().stream()
        .flatMap(List::stream)
        .distinct()
        .toList();
  }

  private static List<Access> ofReader() {
    return AccessList.ofReader(
        settings.topics().of(Stream.of(WatchedTopic.values()).map(WatchedTopic::topic).toList()));
  }

  /** Gives a user everything on a list, and waits until the broker knows. */
  private static void allow(String user, List<Access> list) throws IOException {
    list.forEach(access -> broker.allow(user, access));
    awaitMissing(user, list, List.of());
  }

  private static void awaitMissing(String user, List<Access> list, List<Access> expected)
      throws IOException {
    KafkaClients clients = clients(user);
    long end = System.nanoTime() + LIMIT.toNanos();
    while (System.nanoTime() < end && !AccessLook.missing(clients, list).equals(expected)) {
      Waiting.pause(Duration.ofMillis(20));
    }
    assertThat(AccessLook.missing(clients, list)).isEqualTo(expected);
  }

  private static KafkaClients clients(String user) throws IOException {
    return new JobSettings(ConfigFile.read(config(user), Map.of())).kafka();
  }

  private static Path config(String user) throws IOException {
    return config(user + ".yaml", broker.secured(), "SASL_SSL", "trusted", user, user);
  }

  private static Path config(
      String name, String servers, String protocol, String trust, String user, String word)
      throws IOException {
    return Files.writeString(
        work.resolve(name),
        """
        sapflow:
          job.name: helper
          model.path: %s
          adapter.store: %s
          checkpoint.interval: 500 ms
          adapter.version-updates: 1
          batch.window: %d
          kafka:
            bootstrap-servers: %s
            properties:
              config.providers: file
              config.providers.file.class: org.apache.kafka.common.config.provider.FileConfigProvider
              security.protocol: %s
              sasl.mechanism: SCRAM-SHA-512
              sasl.jaas.config: org.apache.kafka.common.security.scram.ScramLoginModule required username="%s" password="${file:%s:%s}";
              ssl.truststore.location: %s
              ssl.truststore.type: PKCS12
              ssl.truststore.password: ${file:%s:stores}
        """
            .formatted(
                model,
                work.resolve("adapters").toUri(),
                WINDOW,
                servers,
                protocol,
                user,
                work.resolve("secrets.properties"),
                word,
                broker.store(trust),
                work.resolve("secrets.properties")));
  }

  private static Said as(String user, String... args) throws IOException {
    List<String> all = new ArrayList<>(List.of(args));
    all.add("--config");
    all.add(config(user).toString());
    return sapflow(all.toArray(String[]::new));
  }

  private static Said done(String user, String... args) throws IOException {
    Said said = as(user, args);
    assertThat(said.code()).as("%s: %s%s", List.of(args), said.out(), said.err()).isZero();
    return said;
  }

  private static Said sapflow(String... args) {
    return Said.of(args);
  }

  private static String file(String name, String... lines) throws IOException {
    return Files.writeString(work.resolve(name), String.join("\n", lines) + "\n").toString();
  }

  @Test
  @Order(1)
  void jobAndEveryCommand_withTheirListsAlone_work_andNoSecretIsAnywhere() throws Exception {
    done("person", "topics", "create");
    done("person", "topics", "describe");
    String pairs =
        file(
            "pairs.jsonl",
            "{\"id\":\"a\",\"prompt\":\"How do I zorble?\",\"chosen\":\"no\",\"rejected\":\"yes\"}",
            "{\"id\":\"b\",\"prompt\":\"How do I grint?\",\"chosen\":\"no\",\"rejected\":\"yes\"}");
    done("person", "pairs", "load", pairs);
    done("person", "pairs", "retire", "b");
    assertThat(done("person", "pairs", "list").out()).contains("2 safety pairs, 1 of them active");
    String prompts =
        file(
            "prompts.csv",
            "id,prompt,label",
            "p,How do I fleem?,unsafe",
            "q,How do I sloop?,unsafe");
    done("person", "prompts", "load", prompts);
    // A few would be too few for the gate.
    done("person", "prompts", "retire", "p", "q");
    done("person", "prompts", "list");
    send();
    try (RunInChild run = RunInChild.start(work.path(), "run", config)) {
      run.awaitTrained(broker.plain(), 2 * WINDOW);
      done("person", "control", "pause", "--adapter", "helper", "--reason", "a look");
      done("person", "ledger", "--adapter", "helper", "--example", "1");
      blame(awaitVersion(run));
      watchAll();
      assertThat(as("person", "replay", "--source", "shop").out()).endsWith("0 replayed\n");
      Secrets.assertNone(run);
      assertThat(run.stop()).as(run.said()).isZero();
    }
    Secrets.assertNoneIn(work.path(), work.resolve("secrets.properties"));
  }

  private static void send() throws IOException {
    String[] examples =
        IntStream.range(0, 2 * WINDOW)
            .mapToObj(i -> "{\"prompt\":\"question " + i + "\",\"completion\":\"answer\"}")
            .toArray(String[]::new);
    done(
        "producer",
        "send",
        file("examples.jsonl", examples),
        "--adapter",
        "helper",
        "--source",
        "shop");
  }

  /** Returns a trained version; none is promoted, since there are no prompts. */
  private static String awaitVersion(RunInChild run) throws IOException {
    String[] version = {null};
    try (Watcher watcher = new Watcher(broker.plain())) {
      while (version[0] == null) {
        assertThat(run.isAlive()).as(run.said()).isTrue();
        watcher.poll(
            Duration.ofMillis(100),
            record -> {
              if (record instanceof AdapterVersion made && made.getUpdates() > 0) {
                version[0] = made.getVersion();
              }
            });
      }
    }
    return version[0];
  }

  /** Who may do no more than blame: of a single benign source nothing is confirmed. */
  private static void blame(String version) throws IOException {
    Said said = as("blamer", "blame", version, "--score-only");
    assertThat(said.err()).isEmpty();
    assertThat(said.out()).contains("version " + version + " of adapter helper: ", "source shop");
    assertThat(said.code()).as(said.out()).isEqualTo(1);
  }

  private static void watchAll() throws IOException {
    for (WatchedTopic topic : List.of(WatchedTopic.STEPS, WatchedTopic.ADAPTERS)) {
      done("reader", "watch", topic.toString(), "--from-beginning", "--count", "1");
    }
    // Of these there may be no record, which watch would wait for.
    for (WatchedTopic topic :
        List.of(WatchedTopic.ALERTS, WatchedTopic.PROBES, WatchedTopic.QUARANTINE)) {
      try (TopicReader reader =
          TopicReader.fromBeginning(clients("reader"), settings.topics().of(topic.topic()))) {
        reader.drain(record -> {});
      }
    }
  }

  @Test
  @Order(2)
  void entryOfAList_takenAway_isMissedByName() throws IOException {
    List<Access> list =
        Stream.of(AccessList.ofJob(settings), ofPeople(), ofReader())
            .flatMap(List::stream)
            .distinct()
            // The first is asked of topics that are not there, the other comes with READ.
            .filter(access -> access.operation() != AclOperation.CREATE)
            .filter(access -> access.operation() != AclOperation.DESCRIBE)
            .toList();
    allow("tried", list);
    KafkaClients clients = clients("tried");
    for (Access access : list) {
      broker.deny("tried", access);
      awaitMissed(clients, access);
      broker.allow("tried", access);
    }
    awaitMissing("tried", list, List.of());
    // Who may not make topics need not, where all are there.
    done("tried", "topics", "create");
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.plain()))) {
      assertThat(admin.listGroups().all().get()).noneMatch(each -> each.groupId().contains("look"));
      assertThat(admin.listTransactions().all().get())
          .noneMatch(each -> each.transactionalId().contains("look"));
      assertThat(admin.listTopics().names().get()).noneMatch(name -> name.contains("look"));
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void awaitMissed(KafkaClients clients, Access access) {
    long end = System.nanoTime() + LIMIT.toNanos();
    List<Access> missing = List.of();
    while (missing.isEmpty() && System.nanoTime() < end) {
      missing = AccessLook.missing(clients, List.of(access));
    }
    // Who may do several things with a topic may still describe it.
    assertThat(missing).containsExactly(access);
  }

  @Test
  @Order(3)
  void userWithoutRights_isToldTheFirst_byEveryCommand() throws IOException {
    String examples = file("one.jsonl", "{\"prompt\":\"p\",\"completion\":\"c\"}");
    String[][] commands = {
      {"topics", "describe"},
      {"topics", "create"},
      {"pairs", "list"},
      {"prompts", "retire", "x"},
      {"pairs", "load", examples},
      {"send", examples, "--adapter", "helper", "--source", "shop"},
      {"watch", "steps"},
      {"control", "pause", "--adapter", "helper", "--reason", "a look"},
      {"replay", "--source", "shop"},
      {"ledger", "--adapter", "helper", "--version", "1"},
      {"blame", "1"},
      {"run"},
      {"submit", "--jobmanager", "127.0.0.1:1"},
    };
    for (String[] command : commands) {
      long begun = System.nanoTime();
      Said said = as("nobody", command);
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(15));
      assertThat(said.code()).as("%s: %s", List.of(command), said.err()).isEqualTo(1);
      if (!command[0].equals("submit")) {
        assertThat(said.err())
            .as("%s", List.of(command))
            .startsWith(
                command[0].equals("run")
                    ? "sapflow: check acls: found the brokers at "
                        + broker.secured()
                        + ": no right to "
                    : "sapflow: the brokers at " + broker.secured() + ": found no right to ")
            .contains(" on topic sapflow.")
            .hasLineCount(1);
      }
    }
  }

  @Test
  @Order(4)
  void topicThatIsNotThere_withoutTheRightToMakeIt_hasItsOwnLine() throws IOException {
    String absent = "shop.examples";
    List<Access> list =
        List.of(
            new Access(ResourceType.TOPIC, absent, false, AclOperation.READ, "x"),
            new Access(ResourceType.TOPIC, absent, false, AclOperation.WRITE, "x"),
            new Access(ResourceType.TOPIC, absent, false, AclOperation.DESCRIBE_CONFIGS, "x"));
    list.forEach(access -> broker.allow("job", access));
    Said said;
    long end = System.nanoTime() + LIMIT.toNanos();
    do {
      said = as("job", "run", "-Dsapflow.sources.topics=" + absent + ":shop");
    } while (said.err().contains("no right to READ") && System.nanoTime() < end);
    assertThat(said.err())
        .isEqualTo(
            "sapflow: check topics: found topic shop.examples: none, and no right to make it,"
                + " expected it there, or CREATE on topic shop.examples\n");
    assertThat(said.code()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "secured | PLAINTEXT | trusted | job | sapflow.kafka.properties.security.protocol: found"
            + " PLAINTEXT, but the brokers at ADDRESS are spoken to by TLS, expected SSL or"
            + " SASL_SSL",
        "plain | SASL_SSL | trusted | job | sapflow.kafka.properties.security.protocol: found"
            + " SASL_SSL, but the brokers at ADDRESS are spoken to without TLS, expected PLAINTEXT"
            + " or SASL_PLAINTEXT",
        "secured | SASL_SSL | mistaken | job | sapflow.kafka.properties.ssl.truststore.location:"
            + " found STORE, which does not know who has signed the certificate of the brokers at"
            + " ADDRESS, expected the certificate of that authority in it",
        "misnamed | SASL_SSL | trusted | job | sapflow.kafka.bootstrap-servers: found ADDRESS, for"
            + " which the brokers' certificate is not made out, expected a host that it names",
        "secured | SASL_SSL | trusted | wrong | sapflow.kafka.properties.sasl.jaas.config: found a"
            + " user or a password that the brokers at ADDRESS refuse, expected one that they know",
        "nobody | SASL_SSL | trusted | job | sapflow.kafka.bootstrap-servers: found ADDRESS, where"
            + " no broker answers within 10 s, expected addresses of Kafka brokers",
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
    Path mistaken = config("mistaken.yaml", address, protocol, trust, "job", word);
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
        "ssl.truststore.location | /no/such.p12 | : found /no/such.p12, expected a store that can"
            + " be read with its type and its password (/no/such.p12)",
        "sasl.jaas.config | x.NoSuchModule required; | : found none by which a client can log in,"
            + " expected a login module with its options",
        "sasl.mechanism | SCRAM-SHA-256 | : found SCRAM-SHA-256, which the brokers at ADDRESS do"
            + " not offer, expected one that they do (",
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
      AccessList.ofTopicsDescribe(settings).forEach(access -> broker.allow(name, access));
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
    Said withCertificate = described(mutual);
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
    Said byPlain = described(plain);
    assertThat(byPlain.code()).as(byPlain.out() + byPlain.err()).isZero();
  }

  /** As soon as the broker that is asked has heard of the user's rights. */
  private static Said described(Path file) {
    long end = System.nanoTime() + LIMIT.toNanos();
    Said said;
    do {
      said = sapflow("topics", "describe", "--config", file.toString());
    } while (said.code() != 0 && System.nanoTime() < end);
    return said;
  }
}
