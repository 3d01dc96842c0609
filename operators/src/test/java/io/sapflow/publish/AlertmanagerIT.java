package io.sapflow.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sapflow.alert.AlertFunction;
import io.sapflow.alert.AlertRule;
import io.sapflow.alert.Rule;
import io.sapflow.alert.Watched;
import io.sapflow.gate.Judgement;
import io.sapflow.gate.Reports;
import io.sapflow.gate.Verdict;
import io.sapflow.http.HttpPeer;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.testing.Alertmanager;
import io.sapflow.testing.Pager;
import io.sapflow.testing.ProjectFiles;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Alerts from the rules to a page, by a real Alertmanager. */
@Timeout(120)
class AlertmanagerIT {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String HARMFUL = "\"alertname\":\"harmful-score\"";

  @TempDir Path work;

  @BeforeAll
  static void isThere() {
    String missing = Alertmanager.missing();
    assumeTrue(missing == null, missing);
  }

  /** The rules on reports, in Flink's harness. */
  private static final class Rules implements AutoCloseable {
    private final KeyedOneInputStreamOperatorTestHarness<String, Watched, SafetyAlert> harness;
    private long step;
    private int told;

    Rules() throws Exception {
      harness =
          new KeyedOneInputStreamOperatorTestHarness<>(
              new KeyedProcessOperator<>(
                  new AlertFunction(
                      Arrays.stream(Rule.values()).map(AlertRule::of).toList(),
                      "https://run/book",
                      8,
                      SECOND)),
              Watched::adapterId,
              Types.STRING);
      harness.open();
    }

    /** What a version brings about that scores so, and over-refuses by as much. */
    List<SafetyAlert> judged(double harmful) throws Exception {
      ProbeReport report = Reports.report(0, ++step, harmful);
      report.setTime(System.currentTimeMillis());
      harness.processElement(
          Watched.of(
              new Judgement(
                  report,
                  Verdict.PROMOTE,
                  "why",
                  null,
                  Reports.version(step),
                  null,
                  harmful,
                  null)),
          0);
      List<SafetyAlert> all = harness.extractOutputValues();
      List<SafetyAlert> now = List.copyOf(all.subList(told, all.size()));
      told = all.size();
      return now;
    }

    @Override
    public void close() throws Exception {
      harness.close();
    }
  }

  private static WebhookSettings settings(String job, KeepFiring keep, URI... urls) {
    return new WebhookSettings(
        List.of(urls),
        WebhookKind.ALERTMANAGER,
        SECOND,
        Duration.ofHours(4),
        keep,
        true,
        new AlertOrigin(job, "tests", Map.of("team", "ml"), "https://see/{adapter}"));
  }

  private static WebhookSettings keeping(Duration keep, URI... urls) {
    return settings("j", new KeepFiring(Map.of("harmful-score", keep)), urls);
  }

  private static SafetyAlert firing() {
    SafetyAlert alert = TestAlerts.firing("a");
    alert.setStartsAt(System.currentTimeMillis());
    return alert;
  }

  private static SafetyAlert resolved(SafetyAlert firing) {
    SafetyAlert alert = TestAlerts.resolved("a");
    alert.setStartsAt(firing.getStartsAt());
    alert.setEndsAt(System.currentTimeMillis());
    return alert;
  }

  private Alertmanager quick(String name, Pager pager) throws Exception {
    return new Alertmanager(work.resolve(name), Alertmanager.config(pager.url(), "1s", "2s"));
  }

  @Test
  void incident_quickerThanUsualGrouping_isOnePage() throws Exception {
    try (Pager pager = new Pager();
        Alertmanager usual =
            new Alertmanager(work, Alertmanager.config(pager.url(), "30s", "5m")).start();
        Rules rules = new Rules();
        LiveTelling kept =
            new LiveTelling(settings("kept", new KeepFiring(Map.of()), usual.url()), null);
        LiveTelling quick =
            new LiveTelling(
                settings(
                    "quick",
                    new KeepFiring(
                        Map.of("harmful-score", Duration.ZERO, "over-refusal", Duration.ZERO)),
                    usual.url()),
                null)) {
      assertThat(rules.judged(0)).isEmpty();
      for (double score : new double[] {0.9, 0.0}) {
        List<SafetyAlert> alerts = rules.judged(score);
        assertThat(alerts)
            .extracting(SafetyAlert::getRule)
            .contains("harmful-score", "over-refusal");
        for (SafetyAlert alert : alerts) {
          kept.alert(alert);
          quick.alert(alert);
        }
        kept.run(SECOND);
        quick.run(SECOND);
      }
      kept.await(() -> !pager.pages("firing", HARMFUL).isEmpty());
      kept.run(Duration.ofSeconds(5));
      assertThat(pager.pages("firing", HARMFUL)).hasSize(1);
      assertThat(pager.pages("firing", HARMFUL).get(0))
          .contains(
              "\"job\":\"kept\"",
              "\"alertname\":\"over-refusal\"",
              "\"environment\":\"tests\"",
              "\"team\":\"ml\"",
              "\"generatorURL\":\"https://see/helper\"",
              "\"runbook_url\":\"https://run/book#harmful-score\"",
              "no longer above 0.100");
      assertThat(pager.pages("resolved", "")).isEmpty();
      assertThat(pager.pages("firing", "\"job\":\"quick\""))
          .as("without keep-firing-for nobody hears of it")
          .isEmpty();
    }
  }

  @Test
  void outage_inWhichAnAlertCameAndWent_isToldAfterIt() throws Exception {
    try (Pager pager = new Pager();
        Alertmanager manager = quick("am", pager);
        LiveTelling telling =
            new LiveTelling(keeping(Duration.ofSeconds(4), manager.url()), null)) {
      SafetyAlert firing = firing();
      telling.alert(firing);
      telling.run(SECOND);
      telling.alert(resolved(firing));
      telling.run(Duration.ofSeconds(5));
      manager.start();
      telling.await(() -> !pager.pages("firing", HARMFUL).isEmpty());
      telling.await(() -> !pager.pages("resolved", HARMFUL).isEmpty());
      assertThat(pager.pages("firing", HARMFUL)).hasSize(1);
    }
  }

  @Test
  void proxy_thatAnswers404ForAWhile_silencesNothing() throws Exception {
    try (Pager pager = new Pager();
        Alertmanager manager = quick("am", pager).start();
        HttpPeer proxy = new HttpPeer(asked -> new HttpPeer.Said(404, "no backend"));
        LiveTelling telling = new LiveTelling(keeping(Duration.ZERO, proxy.url("")), null)) {
      telling.alert(firing());
      telling.await(() -> proxy.asked.size() >= 2);
      HttpClient client = HttpClient.newHttpClient();
      proxy.behaviour =
          asked ->
              new HttpPeer.Said(
                  client
                      .send(
                          HttpRequest.newBuilder(manager.url().resolve(asked.path()))
                              .header("Content-Type", "application/json")
                              .POST(HttpRequest.BodyPublishers.ofString(asked.body()))
                              .build(),
                          HttpResponse.BodyHandlers.discarding())
                      .statusCode(),
                  "");
      telling.await(() -> !pager.pages("firing", HARMFUL).isEmpty());
    }
  }

  @Test
  void pair_whoseOneIsDown_tellsByTheOther_andBothWhenItIsBack() throws Exception {
    try (Pager pager = new Pager();
        Alertmanager down = quick("down", pager);
        Alertmanager up = quick("up", pager).start();
        LiveTelling telling =
            new LiveTelling(keeping(Duration.ofSeconds(2), down.url(), up.url()), null)) {
      SafetyAlert firing = firing();
      telling.alert(firing);
      telling.await(() -> !pager.pages("firing", HARMFUL).isEmpty());
      down.start();
      telling.await(() -> contains(down, HARMFUL));
      telling.alert(resolved(firing));
      telling.run(SECOND);
      assertThat(contains(down, HARMFUL)).isTrue();
      telling.await(() -> !contains(down, HARMFUL) && !contains(up, HARMFUL));
    }
  }

  private static boolean contains(Alertmanager manager, String part) {
    try {
      return manager.firing().contains(part);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void job_thatDies_leavesItsAlertsFiring_andItsHeartbeatEnds_restartResolves() throws Exception {
    try (Pager pager = new Pager();
        Alertmanager manager = quick("am", pager).start()) {
      WebhookSettings settings = keeping(Duration.ofSeconds(2), manager.url());
      SafetyAlert firing = firing();
      OperatorSubtaskState checkpoint;
      try (LiveTelling telling = new LiveTelling(settings, null)) {
        telling.alert(firing);
        telling.run(Duration.ofSeconds(6));
        assertThat(pager.pages("firing", HARMFUL)).hasSize(1);
        assertThat(pager.pages("firing", "\"alertname\":\"heartbeat\"")).hasSize(1);
        checkpoint = telling.snapshot();
      }
      // The heartbeat is for three beats, and a dead man's switch misses it.
      pager.await("resolved", "\"alertname\":\"heartbeat\"", SOON);
      Thread.sleep(2_000);
      assertThat(contains(manager, HARMFUL)).as("after resolve_timeout (2 s)").isTrue();
      try (LiveTelling telling = new LiveTelling(settings, checkpoint)) {
        telling.run(Duration.ofSeconds(4));
        telling.alert(resolved(firing));
        telling.await(() -> !pager.pages("resolved", HARMFUL).isEmpty());
      }
      assertThat(pager.pages("firing", HARMFUL)).as("one page over the restart").hasSize(1);
    }
  }

  /** The configuration of docs/observability.md. */
  private Path documented() throws Exception {
    String page = Files.readString(ProjectFiles.root().resolve("docs/observability.md"));
    String config =
        page.replaceFirst("(?s).*<!-- tested: AlertmanagerIT -->\n```yaml\n(.*?)```.*", "$1");
    return Files.writeString(work.resolve("documented.yml"), config);
  }

  private static String receiver(Path config, String... labels) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("config", "routes", "test", "--config.file=" + config));
    arguments.addAll(List.of(labels));
    String printed = Alertmanager.tool(arguments.toArray(String[]::new)).strip();
    return printed.charAt(0) + " " + printed.substring(printed.lastIndexOf('\n') + 1);
  }

  @Test
  void documentedConfiguration_isTaken_andRoutesAsItSays() throws Exception {
    Path config = documented();
    assertThat(Alertmanager.tool("check-config", config.toString()))
        .startsWith("0 ")
        .contains("SUCCESS", "3 receivers");
    assertThat(receiver(config, "alertname=heartbeat", "severity=none"))
        .isEqualTo("0 dead-mans-switch");
    assertThat(receiver(config, "alertname=drift", "severity=info")).isEqualTo("0 nobody");
    assertThat(receiver(config, "alertname=harmful-score", "severity=critical"))
        .isEqualTo("0 people");
  }
}
