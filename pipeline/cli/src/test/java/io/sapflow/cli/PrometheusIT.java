package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.sapflow.job.kafka.Waiting;
import io.sapflow.local.run.Feed;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.stack.KafkaBroker;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.metrics.SapflowMetric;
import io.sapflow.testing.Prometheus;
import io.sapflow.toy.Dialogue;
import io.sapflow.toy.Split;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyModel;
import io.sapflow.toy.ToyWorld;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** What {@code sapflow run} tells a real Prometheus, in life and after a kill. */
@Timeout(240)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PrometheusIT {

  private static final int SENT = 60;
  private static final Duration POLL = Duration.ofMillis(250);
  private static final Duration LIMIT = Duration.ofSeconds(120);

  private static WorkDirectory work;
  private static Path config;
  private static int port;
  private static RunInChild run;

  /** Null where this machine has none. */
  private static Prometheus prometheus;

  /** Whether something is so by now. */
  private interface Look {
    boolean isSo() throws Exception;
  }

  /** A job that has trained, and one version of which was judged. */
  @BeforeAll
  static void start() throws Exception {
    work = WorkDirectory.create();
    KafkaBroker broker = KafkaBroker.start(work, "kafka");
    LocalRun.createTopics(broker.bootstrapServers());
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    config = work.resolve("job.yaml");
    Files.writeString(
        config,
        """
        sapflow:
          job.name: helper
          kafka.bootstrap-servers: %s
          model.path: %s
          adapter.store: %s
          checkpoint.interval: 500 ms
          batch.window: 20
          adapter.version-updates: 5
          # Nobody listens there.
          alert.webhook.url: http://127.0.0.1:9/
          metrics.prometheus-port: %d
        """
            .formatted(
                broker.bootstrapServers(),
                ToyModel.unpack(work.path()),
                work.resolve("adapters").toUri(),
                port));
    send(broker.bootstrapServers());
    run = work.own(RunInChild.start(work.path(), "run", config));
    run.awaitTrained(broker.bootstrapServers(), SENT);
    await("a verdict", () -> scrape().contains(SapflowMetric.VERDICTS.scraped() + "{"));
    if (Prometheus.missing() == null) {
      prometheus =
          work.own(new Prometheus(work.resolve("prometheus"), "127.0.0.1:" + port).start());
      await("steps", () -> prometheus.query("job:sapflow_steps:sum").contains("\"helper\""));
    }
  }

  private static void send(String broker) {
    Feed feed = work.own(new Feed(broker));
    ToyExamples.pairs(new ToyWorld(0).safetyPairs(16)).forEach(feed::pair);
    ToyExamples.prompts(new ToyWorld(0).probePrompts(40, 4)).forEach(feed::prompt);
    List<Dialogue> dialogues = new ToyWorld(1).newTask(SENT, Split.TRAIN);
    for (int i = 0; i < SENT; i++) {
      feed.example(ToyExamples.example("helper", "forum", "forum-" + i, i, dialogues.get(i)));
    }
    feed.flush();
  }

  @AfterAll
  static void end() {
    work.close();
  }

  private static void await(String what, Look look) throws Exception {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!look.isSo()) {
      assertThat(System.nanoTime()).as("%s in %s", what, run.said()).isLessThan(end);
      Waiting.pause(POLL);
    }
  }

  private static String scrape() throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Test
  @Order(1)
  void scrape_hasEveryMetricThatARuleOrAPanelNames() throws Exception {
    String scrape = scrape();
    assertThat(ObservabilityFiles.scraped())
        .isNotEmpty()
        .allSatisfy(name -> assertThat(scrape).containsPattern("(?m)^" + name + "\\{"));
    assertThat(scrape)
        .containsPattern("sapflow_adapter_steps\\{adapter=\"helper\",[^}]*} [1-9]")
        .contains("# TYPE flink_taskmanager_job_task_operator_sapflow_steps counter\n")
        .doesNotContain("task_attempt_id=");
    assertThat(run.said()).contains("metrics: http://127.0.0.1:" + port + "/metrics\n");
  }

  @Test
  @Order(2)
  void prometheus_ofARunningJob_recordsEveryRuleAndTakesCountersForCounters() throws Exception {
    assumeTrue(prometheus != null, Prometheus.missing());
    for (JsonNode rule : ObservabilityFiles.recording()) {
      String name = rule.get("record").asText();
      await(name, () -> prometheus.query(name).contains("\"job_name\":\"helper\""));
    }
    for (SapflowMetric metric : SapflowMetric.values()) {
      String name = "flink_taskmanager_job_task_operator_" + metric.scraped();
      if (metric.kind() == SapflowMetric.Kind.COUNTER && scrape().contains(name + "{")) {
        assertThat(prometheus.metadata(name)).as(name).contains("\"type\":\"counter\"");
      }
    }
    assertThat(firing()).doesNotContain("SapflowTargetDown", "SapflowJobDead");
  }

  @Test
  @Order(3)
  void prometheus_afterAKill_firesForTheDeadJob() throws Exception {
    assumeTrue(prometheus != null, Prometheus.missing());
    // By SIGKILL.
    run.close();
    await("alerts", () -> firing().containsAll(List.of("SapflowTargetDown", "SapflowJobDead")));
    assertThat(prometheus.query("ALERTS{alertname=\"SapflowJobDead\"}"))
        .contains("\"job_name\":\"helper\"", "\"severity\":\"critical\"");
  }

  private static List<String> firing() throws Exception {
    List<String> names = new ArrayList<>();
    for (JsonNode alert : ObservabilityFiles.alerts()) {
      String name = alert.get("alert").asText();
      String query = "ALERTS{alertname=\"" + name + "\",alertstate=\"firing\"}";
      if (prometheus.query(query).contains(name)) {
        names.add(name);
      }
    }
    return names;
  }
}
