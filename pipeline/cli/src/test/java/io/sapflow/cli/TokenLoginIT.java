package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import io.sapflow.job.access.Access;
import io.sapflow.job.access.AccessList;
import io.sapflow.job.access.AccessLook;
import io.sapflow.job.kafka.TokenEndpoint;
import io.sapflow.job.kafka.Waiting;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.stack.ClusterOptions;
import io.sapflow.local.stack.ProcessCluster;
import io.sapflow.local.stack.SapflowHome;
import io.sapflow.local.stack.SecuredBroker;
import io.sapflow.local.stack.TokenServer;
import io.sapflow.local.stack.TokenServer.Answer;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.ops.topics.WatchedTopic;
import io.sapflow.schema.Topics;
import io.sapflow.toy.ToyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A broker that takes tokens of an OAuth server, with the lines of docs/kafka.md: the job and the
 * commands, and each mistake.
 */
@Timeout(300)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TokenLoginIT {

  /** What every secret begins with, by which it is looked for where none may be. */
  private static final String WORD = Secrets.WORD;

  private static final String CLIENT = "sapflow";
  private static final int WINDOW = 16;
  private static final Pattern RUNS = Pattern.compile("job ([0-9a-f]{32}) runs\n");
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** The lines behind {@code properties:} in the section of the page. */
  private static final Pattern LINES =
      Pattern.compile("## Tokens of an OAuth server\n\n((?: {10}\\S.*\n)+)");

  private static WorkDirectory work;
  private static SecuredBroker broker;
  private static TokenServer tokens;
  private static Path model;
  private static Path config;
  private static JobSettings settings;

  @BeforeAll
  static void start() throws IOException {
    work = WorkDirectory.create();
    broker = work.own(SecuredBroker.startWithTokens(work.resolve("secured")));
    tokens = broker.tokens();
    tokens.client(CLIENT, WORD + "client");
    model = ToyModel.unpack(work.path());
    LocalRun.createTopics(broker.plain());
    Files.writeString(
        work.resolve("kafka.properties"),
        "client="
            + WORD
            + "client\nwrong="
            + WORD
            + "wrong\ntruststore="
            + SecuredBroker.storePassword()
            + "\n");
    config = config("job.yaml", tokens.url(Answer.TOKEN), "client", "trusted");
    settings = new JobSettings(ConfigFile.read(config, Map.of()));
    allow();
  }

  @AfterAll
  static void end() {
    System.clearProperty(TokenEndpoint.ALLOWED);
    work.close();
  }

  /** Each command has a JVM of its own, where nobody has allowed anything. */
  @BeforeEach
  void forget() {
    System.clearProperty(TokenEndpoint.ALLOWED);
  }

  /** Gives the token's user the rights of the job, of a reader and of each command, and waits. */
  private static void allow() {
    List<Access> all =
        Stream.of(
                AccessList.ofJob(settings),
                AccessList.ofReader(
                    settings
                        .topics()
                        .of(Stream.of(WatchedTopic.values()).map(WatchedTopic::topic).toList())),
                AccessList.ofSend(Topics.EXAMPLES),
                AccessList.ofPeople(settings).values().stream().flatMap(List::stream).toList())
            .flatMap(List::stream)
            .distinct()
            .toList();
    all.forEach(access -> broker.allow(CLIENT, access));
    TokenEndpoint.of(settings.kafka()).orElseThrow().allowHere();
    long end = System.nanoTime() + LIMIT.toNanos();
    while (System.nanoTime() < end && !AccessLook.missing(settings.kafka(), all).isEmpty()) {
      Waiting.pause(Duration.ofMillis(20));
    }
    assertThat(AccessLook.missing(settings.kafka(), all)).isEmpty();
  }

  /** The page's lines, with what is there in the places of its examples. */
  private static Path config(String name, String url, String secret, String trust)
      throws IOException {
    Matcher lines = LINES.matcher(Files.readString(SapflowHome.find().resolve("docs/kafka.md")));
    assertThat(lines.find()).isTrue();
    String secrets = work.resolve("kafka.properties").toString();
    String properties =
        lines
            .group(1)
            .replace("https://login.example/oauth2/token", url)
            .replace(
                "ssl.truststore.location=\"/etc/sapflow/truststore.p12\"",
                "ssl.truststore.location=\"" + broker.store(trust) + "\"")
            .replace("/etc/sapflow/truststore.p12", broker.store("trusted").toString())
            .replace("/run/secrets/kafka.properties:client", secrets + ":" + secret)
            .replace("/run/secrets/kafka.properties", secrets);
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
        """
                .formatted(model, work.resolve("adapters").toUri(), WINDOW, broker.byToken())
            + properties.indent(-4));
  }

  private static Said as(Path file, String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.add("--config");
    all.add(file.toString());
    return Said.of(all.toArray(String[]::new));
  }

  private static Said done(String... args) {
    Said said = as(config, args);
    assertThat(said.code()).as("%s: %s%s", List.of(args), said.out(), said.err()).isZero();
    assertThat(said.out() + said.err()).doesNotContain(WORD);
    return said;
  }

  private static void send() throws IOException {
    String examples =
        IntStream.range(0, 2 * WINDOW)
            .mapToObj(i -> "{\"prompt\":\"question " + i + "\",\"completion\":\"answer\"}\n")
            .collect(Collectors.joining());
    Path file = Files.writeString(work.resolve("examples.jsonl"), examples);
    done("send", file.toString(), "--adapter", "helper", "--source", "shop", "--again");
  }

  @Test
  @Order(1)
  void jobAndCommands_byTokensThatEndBeforeTheJob_work_andNoSecretIsAnywhere() throws Exception {
    done("topics", "describe");
    Path pair =
        Files.writeString(
            work.resolve("pairs.jsonl"),
            "{\"prompt\":\"How do I zorble?\",\"chosen\":\"no\",\"rejected\":\"yes\"}\n");
    done("pairs", "load", pair.toString());
    send();
    try (RunInChild run = RunInChild.start(work.path(), "run", config)) {
      run.awaitTrained(broker.plain(), 2 * WINDOW);
      int before = tokens.given();
      done("control", "pause", "--adapter", "helper", "--reason", "a look");
      done("control", "resume", "--adapter", "helper", "--reason", "a look");
      done("watch", "steps", "--from-beginning", "--count", "1");
      done("ledger", "--adapter", "helper", "--example", "1");
      Waiting.pause(TokenServer.LIFE);
      send();
      run.awaitTrained(broker.plain(), 4 * WINDOW);
      assertThat(tokens.given()).isGreaterThan(before);
      Secrets.assertNone(run);
      assertThat(run.stop()).as(run.said()).isZero();
    }
    Secrets.assertNoneIn(work.path(), work.resolve("kafka.properties"));
  }

  @ParameterizedTest
  @Order(2)
  @CsvSource(
      delimiter = '|',
      value = {
        "TOKEN | wrong | trusted | sasl.jaas.config: found a client or a secret that the token"
            + " server at URL refuses, expected those that it knows (401 invalid_client)",
        "TOKEN | client | mistaken | sasl.oauthbearer.token.endpoint.url: found URL, to which no"
            + " connection by TLS is made, expected a server whose certificate is trusted:"
            + " ssl.truststore.location among the options of the login module in"
            + " sapflow.kafka.properties.sasl.jaas.config (PKIX path building failed: ",
        "EXPIRED | client | trusted | sasl.oauthbearer.token.endpoint.url: found URL, whose token"
            + " the brokers at ADDRESS refuse, expected one by the issuer and for the audience that"
            + " they are set to, that has not expired ({\"status\":\"invalid_token\"})",
        "ELSEWHERE | client | trusted | sasl.oauthbearer.token.endpoint.url: found URL, whose token"
            + " the brokers at ADDRESS refuse, expected one by the issuer",
        "NONE | client | trusted | sasl.oauthbearer.token.endpoint.url: found URL, which answers"
            + " with what is no token, expected one that gives JWTs",
        "BROKEN | client | trusted | sasl.oauthbearer.token.endpoint.url: found URL, which answers"
            + " 503, expected a token server",
        "SILENT | client | trusted | sasl.oauthbearer.token.endpoint.url: found URL, where no token"
            + " server answers, expected its address (SocketTimeoutException: Read timed out)",
        "NOBODY | client | trusted | sasl.oauthbearer.token.endpoint.url: found URL, where no token"
            + " server answers, expected its address (ConnectException: Connection refused)",
      })
  void mistake_isToldInOneLine_within15Seconds(
      String answer, String secret, String trust, String expected) throws IOException {
    String url =
        answer.equals("NOBODY") ? "https://127.0.0.1:1/token" : tokens.url(Answer.valueOf(answer));
    Path mistaken = config("mistaken.yaml", url, secret, trust);
    String line =
        "sapflow.kafka.properties."
            + expected.replace("URL", url).replace("ADDRESS", broker.byToken());
    assertTold(mistaken, line);
  }

  /** A command and a start say it, and nothing is started. */
  private static void assertTold(Path mistaken, String line) {
    for (String command : new String[] {"topics describe", "run"}) {
      long begun = System.nanoTime();
      Said said = as(mistaken, command.split(" "));
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(15));
      assertThat(said.code()).as(said.err()).isEqualTo(1);
      assertThat(said.err())
          .startsWith(
              command.equals("run")
                  ? "sapflow: check credentials: found " + line.replaceFirst(": found ", ": ")
                  : "sapflow: " + line)
          .hasLineCount(1)
          .doesNotContain(WORD);
      assertThat(said.out()).isEmpty();
    }
  }

  @Test
  void addressThatTheJvmMayNotAsk_isTold_withTheSystemProperty() {
    System.setProperty(TokenEndpoint.ALLOWED, "https://127.0.0.1:1/token");
    assertTold(
        config,
        "sapflow.kafka.properties.sasl.oauthbearer.token.endpoint.url: found "
            + tokens.url(Answer.TOKEN)
            + ", which Kafka's clients may not ask in this JVM, expected it among the addresses of"
            + " the system property org.apache.kafka.sasl.oauthbearer.allowed.urls (on a cluster"
            + " env.java.opts.all of Flink's configuration sets it)");
  }

  @Test
  void tokenThatHasExpired_isTheOnlyLineOfARun() throws Exception {
    Path expired = config("expired.yaml", tokens.url(Answer.EXPIRED), "client", "trusted");
    try (RunInChild run = RunInChild.start(work.path(), "expired", expired)) {
      assertThat(run.awaitEnd()).isEqualTo(1);
      assertThat(run.said()).startsWith("sapflow: check credentials: ").hasLineCount(1);
    }
  }

  @Test
  void submit_toAClusterThatMayAskForTokens_runs_andElseIsRefusedByName() throws Exception {
    Configuration flink = new Configuration();
    flink.set(CoreOptions.FLINK_JVM_OPTIONS, new TokenEndpoint(tokens.url(Answer.TOKEN)).option());
    try (WorkDirectory own = WorkDirectory.create()) {
      ProcessCluster cluster =
          ProcessCluster.start(own, new ClusterOptions(1, 1, own.resolve("flink"), flink));
      String[] submit = {
        "submit",
        "--fresh",
        "--jobmanager",
        cluster.webUrl().getAuthority(),
        "-Dsapflow.checkpoints=" + own.resolve("checkpoints").toUri()
      };
      String other = tokens.url(Answer.TOKEN) + "/other";
      Said refused = as(config("other.yaml", other, "client", "trusted"), submit);
      assertThat(refused.err())
          .isEqualTo(
              "sapflow: the cluster at "
                  + cluster.webUrl()
                  + ": found no "
                  + new TokenEndpoint(other).option()
                  + " for the JVM of its JobManager, expected it in env.java.opts.all of Flink's"
                  + " configuration, on the JobManager and each TaskManager: without it Kafka's"
                  + " clients get no token there\n");
      assertThat(refused.code()).isEqualTo(1);
      forget();
      // The second one's processes know the classes of the first one's login.
      for (int i = 0; i < 2; i++) {
        Said runs = as(config, submit);
        assertThat(runs.code()).as(runs.out() + runs.err()).isZero();
        Matcher job = RUNS.matcher(runs.out());
        assertThat(job.find()).as(runs.out()).isTrue();
        cluster.client().job(JobID.fromHexString(job.group(1))).cancel(Duration.ofMinutes(1));
      }
    }
  }
}
