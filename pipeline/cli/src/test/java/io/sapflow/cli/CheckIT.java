package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import io.sapflow.job.access.Access;
import io.sapflow.job.access.AccessList;
import io.sapflow.job.access.AccessLook;
import io.sapflow.job.check.JobChecks;
import io.sapflow.job.check.Purpose;
import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.job.kafka.TopicAdmin;
import io.sapflow.job.kafka.TopicSpec;
import io.sapflow.job.kafka.Waiting;
import io.sapflow.lab.drill.ToyModerationServer;
import io.sapflow.local.run.Feed;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.stack.SecuredBroker;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.Topics;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyModel;
import io.sapflow.toy.ToyWorld;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a job needs on a real broker: all of it right, and each thing wrong that can be. */
@Timeout(120)
class CheckIT {

  private static final String WORD = "glorb-of-the-job";

  private static final List<String> NAMES =
      List.of(
          "brokers",
          "credentials",
          "acls",
          "topics",
          "store",
          "checkpoints",
          "model",
          "tokenizer",
          "device",
          "pairs",
          "prompts",
          "judges",
          "webhook",
          "vllm",
          "telemetry",
          "clock",
          "registry");

  private static final List<SafetyPair> PAIRS = ToyExamples.pairs(new ToyWorld(0).safetyPairs(16));
  private static final List<ProbePrompt> PROMPTS =
      ToyExamples.prompts(new ToyWorld(0).probePrompts(40, 4));

  private static WorkDirectory work;
  private static SecuredBroker broker;
  private static ToyModerationServer judge;
  private static HttpServer server;
  private static Path model;
  private static Path config;
  private static Path file;
  private static int files;

  @BeforeAll
  static void start() throws IOException {
    work = WorkDirectory.create();
    broker = work.own(SecuredBroker.start(work.resolve("secured")));
    LocalRun.createTopics(broker.plain());
    try (Feed feed = new Feed(broker.plain())) {
      PAIRS.forEach(feed::pair);
      PROMPTS.forEach(feed::prompt);
      feed.flush();
    }
    judge = work.own(ToyModerationServer.start(Duration.ofSeconds(1)));
    server = server();
    model = ToyModel.unpack(work.path());
    Files.writeString(
        work.resolve("secrets.properties"),
        "job="
            + WORD
            + "\nshort="
            + WORD
            + "\nwrong=x\nstores="
            + SecuredBroker.storePassword()
            + "\n");
    file = Files.createFile(work.resolve("a-file"));
    config =
        Files.writeString(
            work.resolve("job.yaml"),
            """
            sapflow:
              job.name: helper
              kafka.bootstrap-servers: %s
              model.path: %s
              adapter.store: %s
            """
                .formatted(broker.plain(), model, work.resolve("adapters").toUri()));
    allow("job", true);
    allow("short", false);
  }

  /** What the job needs; without the right to write steps, where these are not to be written. */
  private static void allow(String user, boolean steps) {
    broker.user(user, WORD);
    List<Access> given = new ArrayList<>();
    for (Access access : AccessList.ofJob(new JobSettings(ConfigFile.read(config, Map.of())))) {
      boolean writesSteps =
          access.name().equals(Topics.STEPS) && access.operation() == AclOperation.WRITE;
      if (steps || !writesSteps) {
        given.add(access);
      }
    }
    given.forEach(access -> broker.allow(user, access));
    // The broker that is asked hears of them a moment later.
    KafkaClients clients = new JobSettings(ConfigFile.read(config, securedOptions(user))).kafka();
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (System.nanoTime() < end && !AccessLook.missing(clients, given).isEmpty()) {
      Waiting.pause(Duration.ofMillis(20));
    }
    assertThat(AccessLook.missing(clients, given)).isEmpty();
  }

  /** Leads elsewhere from /moved, knows nothing at /none, fails at /v1, takes all else. */
  private static HttpServer server() throws IOException {
    HttpServer made =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    made.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          int status =
              path.startsWith("/moved")
                  ? 302
                  : path.startsWith("/none") ? 404 : path.startsWith("/v1") ? 500 : 200;
          if (status == 302) {
            exchange.getResponseHeaders().set("Location", judge.url().toString());
          }
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    made.start();
    return made;
  }

  private static String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  @AfterAll
  static void end() {
    if (server != null) {
      server.stop(0);
    }
    work.close();
  }

  /** A call of the command, and what it wrote as JSON. */
  private record Call(Said said, JsonNode json) {

    List<String> names() {
      List<String> names = new ArrayList<>();
      json.path("checks").forEach(check -> names.add(check.path("name").asText()));
      return names;
    }

    List<String> failed() {
      List<String> failed = new ArrayList<>();
      json.path("checks")
          .forEach(
              check -> {
                if (!check.path("ok").asBoolean()) {
                  failed.add(check.path("name").asText());
                }
              });
      return failed;
    }

    String found(String name) {
      return json.path("checks").get(NAMES.indexOf(name)).path("found").asText();
    }
  }

  private static Call check(String... options) throws IOException {
    Path json = work.resolve("check-" + files++ + ".json");
    List<String> args =
        new ArrayList<>(List.of("check", "--config", config.toString(), "--json", json.toString()));
    args.addAll(Arrays.asList(options));
    Said said = Said.of(args.toArray(String[]::new));
    JsonNode tree = new ObjectMapper().readTree(json.toFile());
    Call call = new Call(said, tree);
    assertThat(call.names()).as(said.out() + said.err()).isEqualTo(NAMES);
    assertThat(said.out().lines()).hasSize(NAMES.size());
    assertThat(tree.path("pass").asBoolean()).isEqualTo(call.failed().isEmpty());
    assertThat(said.code()).isEqualTo(call.failed().isEmpty() ? 0 : 1);
    for (String text : List.of(said.out(), said.err(), Files.readString(json))) {
      assertThat(text).doesNotContain(WORD, SecuredBroker.storePassword(), "T0secret");
      PROMPTS.forEach(
          prompt -> assertThat(text).doesNotContain(prompt.getPrompt().get(0).getContent()));
    }
    return call;
  }

  private static String[] secured(String word) {
    return securedOptions(word).entrySet().stream()
        .map(each -> "-D" + each.getKey() + "=" + each.getValue())
        .toArray(String[]::new);
  }

  private static Map<String, String> securedOptions(String word) {
    String secrets = work.resolve("secrets.properties").toString();
    String user = word.equals("wrong") ? "job" : word;
    Map<String, String> values = new TreeMap<>();
    values.put("config.providers", "file");
    values.put(
        "config.providers.file.class",
        "org.apache.kafka.common.config.provider.FileConfigProvider");
    values.put("security.protocol", "SASL_SSL");
    values.put("sasl.mechanism", "SCRAM-SHA-512");
    values.put(
        "sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\""
            + user
            + "\" password=\"${file:"
            + secrets
            + ":"
            + word
            + "}\";");
    values.put("ssl.truststore.location", broker.store("trusted").toString());
    values.put("ssl.truststore.type", "PKCS12");
    values.put("ssl.truststore.password", "${file:" + secrets + ":stores}");
    Map<String, String> options = new TreeMap<>();
    options.put("sapflow.kafka.bootstrap-servers", broker.secured());
    values.forEach((key, value) -> options.put("sapflow.kafka.properties." + key, value));
    return options;
  }

  @Test
  void healthy_plain_allHolds_andWhatIsNotUsedIsSaid() throws IOException {
    Call call = check();
    assertThat(call.said().code()).as(call.said().out()).isZero();
    for (String unused : List.of("judges", "webhook", "vllm", "telemetry", "registry")) {
      assertThat(call.found(unused)).isEqualTo("not configured");
    }
    assertThat(call.found("pairs")).isEqualTo("16 active");
    assertThat(call.found("prompts"))
        .isEqualTo("40 HARMFUL (40 with both reference answers) and 4 BENIGN active");
    assertThat(call.json().fieldNames()).toIterable().containsExactly("checks", "pass");
    assertThat(call.json().path("checks").get(0).fieldNames())
        .toIterable()
        .containsExactly("name", "ok", "found", "expected");
  }

  @Test
  void healthy_securedWithJudgeWebhookAndServer_allHolds() throws IOException {
    List<String> options = new ArrayList<>(Arrays.asList(secured("job")));
    options.add("-Dsapflow.probe.judges=moderation");
    options.add("-Dsapflow.judge.moderation.url=" + judge.url());
    options.add("-Dsapflow.alert.webhook.url=" + url("/hooks/T0secret"));
    Call call = check(options.toArray(String[]::new));
    assertThat(call.said().code()).as(call.said().out()).isZero();
    assertThat(call.found("judges"))
        .isEqualTo("moderation answers, 0 of 11 reference answers judged wrongly");
  }

  @Test
  void wrongPort_isFoundByBrokers_andWhatAsksThemIsNotTried() throws IOException {
    Call call = check("-Dsapflow.kafka.bootstrap-servers=127.0.0.1:1");
    assertThat(call.failed())
        .containsExactly("brokers", "credentials", "acls", "topics", "pairs", "prompts", "clock");
    assertThat(call.found("brokers"))
        .startsWith("sapflow.kafka.bootstrap-servers: 127.0.0.1:1, where no broker answers");
    assertThat(call.found("topics")).isEqualTo("not looked at: the brokers cannot be asked");
  }

  @Test
  void wrongPassword_isFoundByCredentials() throws IOException {
    Call call = check(secured("wrong"));
    assertThat(call.failed()).startsWith("credentials").doesNotContain("brokers", "store");
    assertThat(call.found("credentials"))
        .contains("a user or a password that the brokers at " + broker.secured() + " refuse");
  }

  @Test
  void operationThatIsNotAllowed_isFoundByAcls() throws IOException {
    Call call = check(secured("short"));
    assertThat(call.failed()).containsExactly("acls");
    assertThat(call.found("acls")).contains("WRITE on topic " + Topics.STEPS);
  }

  @Test
  void topicThatKeepsTheNewestOfEachKeyOnly_isFoundByTopics() throws IOException {
    try (TopicAdmin admin = new TopicAdmin(KafkaClients.at(broker.plain()))) {
      admin.create(List.of(TopicSpec.compacted("team.forum", 1)));
    }
    Call call = check("-Dsapflow.sources.topics=team.forum:forum");
    assertThat(call.failed()).containsExactly("topics");
    assertThat(call.found("topics"))
        .isEqualTo("topic team.forum has cleanup.policy=compact, it must not be compact");
  }

  @Test
  void fileInThePlaceOfTheStore_isFoundByStore() throws IOException {
    Call call =
        check(
            "-Dsapflow.adapter.store=" + file.toUri(),
            "-Dsapflow.checkpoints=" + work.resolve("checkpoints").toUri());
    assertThat(call.failed()).containsExactly("store");
    assertThat(call.found("store")).endsWith(file + " is no directory");
  }

  @Test
  void fileInThePlaceOfTheCheckpoints_isFoundByCheckpoints() throws IOException {
    Call call = check("-Dsapflow.checkpoints=" + file.toUri());
    assertThat(call.failed()).containsExactly("checkpoints");
    assertThat(call.found("checkpoints")).endsWith(file + " is no directory");
  }

  private static Path copy(String name) throws IOException {
    Path copy = Files.createDirectories(work.resolve(name));
    try (var all = Files.list(model)) {
      for (Path each : all.toList()) {
        Files.copy(each, copy.resolve(each.getFileName()));
      }
    }
    return copy;
  }

  @Test
  void weightsThatEndTooSoon_areFoundByModel() throws IOException {
    Path broken = copy("broken");
    Path weights = broken.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(bytes, bytes.length / 2));
    Call call = check("-Dsapflow.model.path=" + broken);
    assertThat(call.failed()).containsExactly("model");
    assertThat(call.found("model")).contains("model.safetensors");
  }

  @Test
  void modelWithoutAChatTemplate_isFoundByTokenizer() throws IOException {
    Path mute = copy("mute");
    Path settings = mute.resolve("tokenizer_config.json");
    ObjectMapper json = new ObjectMapper();
    com.fasterxml.jackson.databind.node.ObjectNode tree =
        (com.fasterxml.jackson.databind.node.ObjectNode) json.readTree(settings.toFile());
    tree.remove("chat_template");
    json.writeValue(settings.toFile(), tree);
    Call call = check("-Dsapflow.model.path=" + mute);
    assertThat(call.failed()).containsExactly("tokenizer");
    assertThat(call.found("tokenizer")).contains("chat_template");
  }

  @Test
  void deviceThatIsNone_isFoundByDevice_andKeepsAJobFromBeingHandedOver() throws IOException {
    Call call = check("-Dsapflow.model.device=gpu:0");
    assertThat(call.failed()).containsExactly("device");
    assertThat(check("-Dsapflow.model.device=cuda:99").failed()).containsExactly("device");
    Said submitted =
        Said.of("submit", "--config", config.toString(), "-Dsapflow.model.device=gpu:0");
    assertThat(submitted.code()).isEqualTo(1);
    assertThat(submitted.err())
        .isEqualTo(
            "sapflow: check device: found sapflow.model.device: gpu:0, expected auto, cpu,"
                + " cuda or cuda:N\n");
  }

  @Test
  void fewerPromptsThanTheGateAsksFor_areFoundByPrompts() throws IOException {
    Call call = check("-Dsapflow.gate.least-prompts=50");
    assertThat(call.failed()).containsExactly("prompts");
    assertThat(call.found("prompts")).startsWith("40 HARMFUL ");
  }

  @Test
  void promptThatIsAPair_isFoundByPairsAndPrompts() throws IOException {
    ProbePrompt both =
        ProbePrompt.newBuilder(PROMPTS.get(0))
            .setId("both")
            .setPrompt(PAIRS.get(0).getPrompt())
            .build();
    try (Feed feed = new Feed(broker.plain())) {
      feed.prompt(both);
      feed.flush();
      try {
        Call call = check();
        assertThat(call.failed()).containsExactly("pairs", "prompts");
        assertThat(call.found("pairs"))
            .startsWith(
                "1 that are prompts, too: safety pair "
                    + PAIRS.get(0).getId()
                    + ": found its text in probe prompt both");
      } finally {
        feed.prompt(ProbePrompt.newBuilder(both).setActive(false).build());
        feed.flush();
      }
    }
  }

  @Test
  void judgeThatLeadsElsewhereOrErrs_isFoundByJudges() throws IOException {
    String[] moved = {
      "-Dsapflow.probe.judges=moderation", "-Dsapflow.judge.moderation.url=" + url("/moved")
    };
    Call call = check(moved);
    assertThat(call.failed()).containsExactly("judges");
    assertThat(call.found("judges")).contains("answered 302 at http://127.0.0.1:");
    try (ToyModerationServer flipped = ToyModerationServer.start(Duration.ofSeconds(1))) {
      flipped.turn(ToyModerationServer.Mode.FLIPPED);
      moved[1] = "-Dsapflow.judge.moderation.url=" + flipped.url();
      assertThat(check(moved).found("judges"))
          .isEqualTo(
              "judge moderation: calls 11 of 11 known answers wrongly, so its word does not"
                  + " count");
    }
  }

  @Test
  void webhookThatIsDownOrNotThere_isFoundByWebhook() throws IOException {
    Call down = check("-Dsapflow.alert.webhook.url=http://127.0.0.1:1/hooks/T0secret");
    assertThat(down.failed()).containsExactly("webhook");
    Call none = check("-Dsapflow.alert.webhook.url=" + url("/none/T0secret"));
    assertThat(none.failed()).containsExactly("webhook");
    assertThat(none.found("webhook")).startsWith("answered 404 at ");
  }

  @Test
  void serverThatFails_isFoundByVllm_whichSaysWhatItMustRead() throws IOException {
    Call call = check("-Dsapflow.publish.vllm.url=" + url(""));
    assertThat(call.failed()).containsExactly("vllm");
    assertThat(call.found("vllm")).startsWith("listing models: answered 500 at ");
    assertThat(call.said().out())
        .contains(
            "VLLM_RUNTIME_LORA_ALLOWED_PATH_PREFIXES="
                + work.resolve("adapters")
                + ", where it may read the store");
  }

  @Test
  void clockThatIsAhead_isFoundByClock() {
    JobSettings settings = new JobSettings(ConfigFile.read(config, Map.of()));
    List<JobChecks.Made> made =
        JobChecks.look(settings, Purpose.LOOK, () -> Instant.now().plusSeconds(90));
    assertThat(made)
        .filteredOn(each -> !each.finding().ok())
        .singleElement()
        .satisfies(each -> assertThat(each.name()).isEqualTo("clock"))
        .satisfies(
            each ->
                assertThat(each.finding().found())
                    .matches("(8|9)\\d\\.\\d s ahead of the brokers' clock"));
  }

  @Test
  void configurationThatIsNone_isTwo() throws IOException {
    assertThat(Said.of("check", "--config", work.resolve("none.yaml").toString()).code())
        .isEqualTo(2);
    Said unknown =
        Said.of("check", "--config", config.toString(), "-Dsapflow.gate.least-promts=50");
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.err()).contains("the nearest is sapflow.gate.least-prompts").hasLineCount(1);
    assertThat(Said.of("check").code()).isEqualTo(2);
  }
}
