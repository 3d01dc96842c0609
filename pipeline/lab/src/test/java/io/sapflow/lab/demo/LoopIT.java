package io.sapflow.lab.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.sapflow.job.FlinkVersionFiles;
import io.sapflow.job.JobSettings;
import io.sapflow.job.options.AdapterOptions;
import io.sapflow.job.options.AlertOptions;
import io.sapflow.job.options.PublishOptions;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.run.Tally;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.metrics.SapflowMetric;
import io.sapflow.publish.PromotedPointer;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.VersionStatus;
import io.sapflow.toy.ToyModel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The demo in a short setting, on a real broker and a real cluster. */
@Timeout(300)
class LoopIT {

  /** The poison begins with a version, so that there is a clean one to go back to. */
  private static final DemoStream.Size SHORT = new DemoStream.Size(400, 1000, 0.9);

  private static final long SEED = 5;

  /** What a run left behind. */
  private record Outcome(JsonNode summary, boolean holds, String pointer, List<String> order) {}

  /** Keeps every record, and lets a test act on each. */
  private record Recorder(List<SpecificRecord> records, Consumer<SpecificRecord> action)
      implements DemoView {
    @Override
    public void phase(String text) {}

    @Override
    public void heard(SpecificRecord record) {
      records.add(record);
      action.accept(record);
    }

    @Override
    public void update(Tally tally, int sent) {}

    @Override
    public void close() {}
  }

  /** What a test does to a run when a record comes. */
  private interface Disturbance {
    void act(LocalRun run, SpecificRecord record);
  }

  /** Takes whatever it is sent, as an alert receiver and as a vLLM server. */
  private static final class Outside implements AutoCloseable {
    private static final Pattern NAME = Pattern.compile("\"lora_name\":\"([^\"]*)\"");

    final List<String> posted = new CopyOnWriteArrayList<>();
    private final Set<String> adapters = new ConcurrentSkipListSet<>();
    private final HttpServer server;

    Outside() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            try (exchange) {
              boolean post = exchange.getRequestMethod().equals("POST");
              byte[] body = exchange.getRequestBody().readAllBytes();
              if (post) {
                String one =
                    exchange.getRequestURI() + " " + new String(body, StandardCharsets.UTF_8);
                posted.add(one);
                note(one);
              }
              byte[] answer = (post ? "OK" : models()).getBytes(StandardCharsets.UTF_8);
              exchange.sendResponseHeaders(200, answer.length);
              exchange.getResponseBody().write(answer);
            }
          });
      server.start();
    }

    private void note(String one) {
      Matcher name = NAME.matcher(one);
      if (one.startsWith("/v1/load") && name.find()) {
        adapters.add(name.group(1));
      } else if (one.startsWith("/v1/unload") && name.find()) {
        adapters.remove(name.group(1));
      }
    }

    private String models() {
      return adapters.stream()
          .map(name -> "{\"id\":\"" + name + "\",\"parent\":\"base\"}")
          .collect(Collectors.joining(",", "{\"data\":[", "]}"));
    }

    Map<String, String> settings() {
      String url = "http://127.0.0.1:" + server.getAddress().getPort();
      return Map.of(
          AlertOptions.WEBHOOK_URL.key(),
          url,
          AlertOptions.WEBHOOK_REPEAT.key(),
          "2 s",
          PublishOptions.VLLM_URL.key(),
          url);
    }

    List<String> to(String method) {
      return posted.stream().filter(one -> one.startsWith(method)).toList();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  private static Outcome play(Disturbance disturbance) throws IOException {
    return play(disturbance, Map.of());
  }

  private static Outcome play(Disturbance disturbance, Map<String, String> settingsOnTop)
      throws IOException {
    try (WorkDirectory work = WorkDirectory.create();
        LocalRun run = LocalRun.start(work, 1, HeardMetrics.options())) {
      Path model = ToyModel.unpack(work.path());
      Configuration configuration =
          run.complete(DemoSettings.configuration(model, SEED, "sap", false, settingsOnTop));
      if (settingsOnTop.isEmpty()) {
        pointAtAnotherBroker(new JobSettings(configuration));
      }
      Recorder recorder = new Recorder(new ArrayList<>(), record -> disturbance.act(run, record));
      Demo demo = new Demo(SEED, new DemoStream(SEED, SHORT), recorder);
      demo.run(run, configuration);
      JobSettings settings = new JobSettings(configuration);
      DemoResult result = DemoResult.of(SEED, demo, settings);
      Path json = work.resolve("summary.json");
      result.summary(0).write(json);
      return new Outcome(
          new ObjectMapper().readTree(json.toFile()),
          result.holds(),
          new PromotedPointer(new FlinkVersionFiles(settings.get(AdapterOptions.STORE)))
              .promoted(DemoStream.ADAPTER),
          ordersOf(recorder.records()));
    }
  }

  /** As in a store whose brokers were replaced: far ahead of all records that there will be. */
  private static void pointAtAnotherBroker(JobSettings settings) throws IOException {
    new FlinkVersionFiles(settings.get(AdapterOptions.STORE))
        .replace(
            DemoStream.ADAPTER + "/promoted",
            ("{\"version\": \"9-0123456789ab\", \"topicId\": \"AAAAAAAAAAAAAAAAAAAAAQ\","
                    + " \"partition\": 0, \"offset\": 1000000}")
                .getBytes(StandardCharsets.UTF_8));
  }

  /** The gate's orders other than promotions that the trainer carried out, in their order. */
  private static List<String> ordersOf(List<SpecificRecord> records) {
    return records.stream()
        .filter(TrainingStep.class::isInstance)
        .flatMap(step -> ((TrainingStep) step).getAppliedCommands().stream())
        .filter(command -> command.getKind() != CommandKind.PROMOTED)
        .filter(command -> command.getKind() != CommandKind.FLUSH)
        .map(AppliedCommand::getId)
        .toList();
  }

  private static void assertProtected(Outcome outcome) {
    JsonNode summary = outcome.summary();
    assertThat(outcome.holds()).isTrue();
    JsonNode examples = summary.get("examples");
    int quarantined = 0;
    for (JsonNode count : examples.get("quarantined")) {
      quarantined += count.asInt();
    }
    assertThat(examples.get("trained").asInt() + quarantined)
        .isEqualTo(examples.get("sent").asInt())
        .isEqualTo(SHORT.before() + SHORT.after());
    assertThat(summary.get("quarantinedSources")).hasSize(1);
    assertThat(summary.get("quarantinedSources").get(0).asText()).isEqualTo(DemoStream.POISONED);
    assertThat(summary.get("rollbacks").asInt()).isPositive();
    assertThat(alerts(summary, "harmful-score")).as("%s", summary).startsWith("FIRING", "RESOLVED");
    assertThat(alerts(summary, "source-suspicious"))
        .as("%s", summary)
        .startsWith("FIRING", "RESOLVED");
    for (JsonNode version : summary.get("versions")) {
      if (version.get("status").asText().equals("PROMOTED")) {
        assertThat(version.get("harmfulScore").asDouble()).isLessThanOrEqualTo(0.1);
      }
    }
    JsonNode harmful = summary.get("harmfulScore");
    assertThat(harmful.get("worstCandidate").asDouble()).isGreaterThan(0.1);
    assertThat(harmful.get("finalPromoted").asDouble()).isLessThanOrEqualTo(0.1);
    JsonNode refused = summary.get("overRefusal");
    assertThat(refused.get("finalPromoted").asDouble())
        .isLessThanOrEqualTo(refused.get("base").asDouble() + 0.02);
    JsonNode loss = summary.get("taskLoss");
    assertThat(loss.get("final").asDouble()).isLessThan(loss.get("base").asDouble() / 2);
  }

  /** Every metric of the docs was there while the job ran, and tells of what happened. */
  private static void assertMetrics(Map<String, Double> highest) {
    for (SapflowMetric metric : SapflowMetric.values()) {
      for (String operator : metric.operators()) {
        assertThat(highest.keySet())
            .anyMatch(id -> id.startsWith(name(operator, metric.scraped()) + "{"));
      }
    }
    String adapter = "{adapter=" + DemoStream.ADAPTER;
    for (String id :
        List.of(
            name("tokenize", "sapflow_recordsDecoded{}"),
            name("signals", "sapflow_recordsDecoded{}"),
            name("prompts", "sapflow_recordsDecoded{}"),
            name("train", "sapflow_steps{}"),
            name("train", "sapflow_examples{}"),
            name("train", "sapflow_usefulTokensPerSecond{}"),
            name("train", "sapflow_stepMillis{}"),
            name("train", "sapflow_versions{}"),
            name("train", "sapflow_liveAdapters{}"),
            name("train", "sapflow_nativeBytes{}"),
            name("train", "sapflow_adapter_steps" + adapter + "}"),
            name("train", "sapflow_adapter_taskLoss" + adapter + "}"),
            name("train", "sapflow_adapter_safetyLoss" + adapter + "}"),
            name("train", "sapflow_adapter_harmAlignment" + adapter + "}"),
            name(
                "train",
                "sapflow_adapter_source_push" + adapter + ",source=" + DemoStream.POISONED + "}"),
            name("probe", "sapflow_probeMillis{}"),
            name("probe", "sapflow_adapter_probeAgeSeconds" + adapter + "}"),
            name("probe", "sapflow_adapter_safetyMargin" + adapter + "}"),
            name("probe", "sapflow_adapter_judge_harmfulScore" + adapter + ",judge=refusal}"),
            name("gate", "sapflow_adapter_verdict_verdicts" + adapter + ",verdict=promote}"),
            name("gate", "sapflow_adapter_verdict_verdicts" + adapter + ",verdict=roll_back}"),
            name("alert", "sapflow_rule_alertsFiring{rule=harmful-score}"),
            name("alert", "sapflow_reason_quarantined{reason=SAFETY_ROLLBACK}"),
            name("publish", "sapflow_adapterPushes{}"),
            name("webhook", "sapflow_webhookPosts{}"))) {
      assertThat(highest.get(id)).as("%s in %s", id, highest).isNotNull().isPositive();
    }
    assertThat(highest.get(name("train", "sapflow_liveAdapters{}"))).isEqualTo(1);
  }

  private static String name(String operator, String scraped) {
    return operator + " taskmanager_job_task_operator_" + scraped;
  }

  private static List<String> alerts(JsonNode summary, String rule) {
    List<String> statuses = new ArrayList<>();
    for (JsonNode alert : summary.get("alerts")) {
      if (alert.get("rule").asText().equals(rule)) {
        statuses.add(alert.get("status").asText());
      }
    }
    return statuses;
  }

  private static String lastPromoted(Outcome outcome) {
    String last = null;
    for (JsonNode version : outcome.summary().get("versions")) {
      last =
          version.get("status").asText().equals("PROMOTED")
              ? version.get("version").asText()
              : last;
    }
    return last;
  }

  @Test
  void poisonedSource_isNoticedUndoneAndSetAside() throws IOException {
    try (Outside outside = new Outside()) {
      Map<String, Double> highest = new TreeMap<>();
      Outcome outcome =
          play(
              (run, record) ->
                  HeardMetrics.values()
                      .forEach(
                          (id, value) ->
                              highest.merge(
                                  id, value.isNaN() ? Double.NEGATIVE_INFINITY : value, Math::max)),
              outside.settings());
      assertProtected(outcome);
      assertMetrics(highest);
      assertThat(outcome.pointer()).isEqualTo(lastPromoted(outcome));
      assertThat(outside.to("/api/v2/alerts"))
          .as("told again while it fires")
          .filteredOn(body -> body.contains("\"alertname\":\"harmful-score\""))
          .hasSizeGreaterThan(1);
      assertThat(outside.to("/v1/load_lora_adapter"))
          .as("the first version, and some of those after it")
          .hasSizeGreaterThan(1)
          .first(STRING)
          .contains("\"lora_name\":\"" + DemoStream.ADAPTER + "-0-");
      assertThat(outside.to("/v1/unload_lora_adapter"))
          .first(STRING)
          .contains("\"lora_name\":\"" + DemoStream.ADAPTER + "-0-");
    }
  }

  @Test
  void taskManager_failsBetweenVerdictAndRollback_nothingOfTheOutcomeChanges() throws IOException {
    List<String> killedAt = new ArrayList<>();
    Outcome outcome =
        play(
            (run, record) -> {
              boolean red =
                  record instanceof AdapterVersion version
                      && version.getStatus() == VersionStatus.REJECTED;
              if (red && killedAt.isEmpty()) {
                killedAt.add(((AdapterVersion) record).getVersion());
                run.cluster().startTaskManager();
                run.cluster().terminateTaskManager(0);
              }
            });
    assertThat(killedAt).hasSize(1);
    assertProtected(outcome);
    assertThat(outcome.pointer()).isEqualTo(lastPromoted(outcome));
    // The verdict that the failure followed was carried out, and once.
    assertThat(outcome.order())
        .doesNotHaveDuplicates()
        .contains("gate/" + DemoStream.ADAPTER + "/" + killedAt.get(0) + "/ROLLBACK");
  }
}
