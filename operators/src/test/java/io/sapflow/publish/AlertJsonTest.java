package io.sapflow.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.schema.SafetyAlert;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AlertJsonTest {

  private static String json(WebhookKind kind, SafetyAlert alert) {
    return json(kind, alert, TestAlerts.ORIGIN);
  }

  private static WebhookSettings settings(WebhookKind kind, AlertOrigin origin) {
    return new WebhookSettings(
        List.of(),
        kind,
        Duration.ofMinutes(1),
        Duration.ofHours(4),
        new KeepFiring(Map.of()),
        false,
        origin);
  }

  private static String json(WebhookKind kind, SafetyAlert alert, AlertOrigin origin) {
    return new String(
        new AlertJson(settings(kind, origin), "routing-key").of(alert, NOW),
        StandardCharsets.UTF_8);
  }

  private static final long NOW = TestAlerts.STARTS + 60_000;

  private static final String LABELS =
      "{\"adapter\":\"helper\",\"alertname\":\"harmful-score\",\"job\":\"helper-job\",\"severity\":\"critical\"}";
  private static final String WORDS = "{\"summary\":\"adapter helper: harmful score 0.250\"}";

  @Test
  void alertmanager_hasItsFieldsAlone() {
    assertThat(json(WebhookKind.ALERTMANAGER, TestAlerts.firing("helper")))
        .isEqualTo(
            ("[{\"labels\":%s,\"annotations\":%s,\"startsAt\":\"2025-11-24T16:00:00Z\","
                    + "\"endsAt\":\"2025-11-24T20:01:00Z\"}]")
                .formatted(LABELS, WORDS));
    assertThat(json(WebhookKind.ALERTMANAGER, TestAlerts.resolved("helper")))
        .endsWith(
            "\"startsAt\":\"2025-11-24T16:00:00Z\",\"endsAt\":\"2025-11-24T16:01:30.500Z\"}]");
  }

  @Test
  void generic_isAWebhooksPayload() {
    assertThat(json(WebhookKind.GENERIC, TestAlerts.firing("helper")))
        .isEqualTo(
            """
            {"version":"4","groupKey":"{}:{fingerprint=\\"fp-helper\\"}","truncatedAlerts":0,\
            "status":"firing","receiver":"sapflow","groupLabels":%1$s,"commonLabels":%1$s,\
            "commonAnnotations":%2$s,"externalURL":"","alerts":[{"status":"firing","labels":%1$s,\
            "annotations":%2$s,"startsAt":"2025-11-24T16:00:00Z","endsAt":"0001-01-01T00:00:00Z",\
            "generatorURL":"","fingerprint":"fp-helper"}]}"""
                .formatted(LABELS, WORDS));
    assertThat(json(WebhookKind.GENERIC, TestAlerts.resolved("helper")))
        .contains("\"status\":\"resolved\"", "\"endsAt\":\"2025-11-24T16:01:30.500Z\"");
  }

  @Test
  void origin_addsLabelsAndAddress_andARunbookThatPeopleCanOpen() {
    AlertOrigin origin =
        new AlertOrigin(
            "j", "staging", Map.of("team", "ml"), "https://see/d?a={adapter}&r={rule}#top");
    SafetyAlert alert = TestAlerts.firing("helper");
    alert.setAnnotations(Map.of("runbook_url", "https://run/book.md#harmful-score"));
    for (WebhookKind kind : List.of(WebhookKind.ALERTMANAGER, WebhookKind.GENERIC)) {
      assertThat(json(kind, alert, origin))
          .contains(
              "{\"adapter\":\"helper\",\"alertname\":\"harmful-score\",\"environment\":\"staging\","
                  + "\"job\":\"j\",\"severity\":\"critical\",\"team\":\"ml\"}",
              "\"generatorURL\":\"https://see/d?a=helper&r=harmful-score#top\"",
              "{\"runbook_url\":\"https://run/book.md#harmful-score\"}");
    }
    alert.setAnnotations(Map.of("runbook_url", "docs/runbook.md#harmful-score"));
    assertThat(json(WebhookKind.ALERTMANAGER, alert)).contains("\"annotations\":{}");
  }

  @Test
  void slack_isAnIncomingWebhooksPayload_thatCallsNobody() {
    SafetyAlert alert = TestAlerts.firing("helper");
    alert.setAnnotations(Map.of("summary", "source <!channel> & co"));
    assertThat(json(WebhookKind.SLACK, alert))
        .isEqualTo(
            """
            {"text":"*FIRING* critical harmful-score: source &lt;!channel&gt; &amp; co",\
            "attachments":[{"color":"danger","title":"harmful-score: what to do",\
            "footer":"job helper-job","fields":[\
            {"title":"adapter","value":"helper","short":true},\
            {"title":"since","value":"2025-11-24T16:00:00Z","short":true}]}]}""");
    assertThat(json(WebhookKind.SLACK, TestAlerts.resolved("helper")))
        .contains(
            "*RESOLVED*",
            "\"color\":\"good\"",
            "{\"title\":\"until\",\"value\":\"2025-11-24T16:01:30.500Z\",\"short\":true}");
  }

  @Test
  void pagerduty_isAnEventOfApiVersion2_equalKeysForBeginAndEnd() {
    AlertOrigin origin = new AlertOrigin("j", "staging", Map.of(), "https://see/{adapter}");
    SafetyAlert alert = TestAlerts.firing("helper");
    alert.setAnnotations(
        Map.of("summary", "it is bad", "runbook_url", "https://run/book#harmful-score"));
    assertThat(json(WebhookKind.PAGERDUTY, alert, origin))
        .isEqualTo(
            """
            {"routing_key":"routing-key","event_action":"trigger",\
            "dedup_key":"sapflow/j/staging/fp-helper","client":"Sapflow job j",\
            "client_url":"https://see/helper",\
            "links":[{"href":"https://run/book#harmful-score","text":"harmful-score: what to do"}],\
            "payload":{"summary":"critical harmful-score: it is bad","source":"j",\
            "severity":"critical","timestamp":"2025-11-24T16:00:00Z","component":"helper",\
            "group":"staging","class":"harmful-score",\
            "custom_details":{"value":"0.25","threshold":"0.1"}}}""");
    assertThat(json(WebhookKind.PAGERDUTY, TestAlerts.resolved("helper"), origin))
        .contains("\"event_action\":\"resolve\",\"dedup_key\":\"sapflow/j/staging/fp-helper\"")
        .doesNotContain("links");
  }

  @Test
  void pagerduty_summaryLongerThanItTakes_isCut_betweenCharacters() {
    SafetyAlert alert = TestAlerts.firing("helper");
    String prefix = "critical harmful-score: ";
    alert.setAnnotations(Map.of("summary", "x".repeat(1022 - prefix.length()) + "😀 more"));
    assertThat(json(WebhookKind.PAGERDUTY, alert))
        .contains("{\"summary\":\"" + prefix + "x".repeat(1022 - prefix.length()) + "…\",");
  }

  private static AlertOrigin labeled(String name, String value) {
    return new AlertOrigin("j", null, Map.of(name, value), null);
  }

  @Test
  void labels_thatPrometheusOrSapflowKnowsNot_areRefused() {
    for (String name : List.of("1st", "a-b", "ä", "", "__name")) {
      assertThatThrownBy(() -> labeled(name, "x"))
          .hasMessage(
              "sapflow.alert.labels: found %s, expected a name of letters, digits and _ that begins"
                  + " with none of 0 to 9 and not with __",
              name);
    }
    for (String name : List.of("adapter", "job", "severity", "environment")) {
      assertThatThrownBy(() -> labeled(name, "x"))
          .hasMessage(
              "sapflow.alert.labels: found %s, expected a name other than Sapflow's own: adapter,"
                  + " alertname, environment, job, judge, set, severity, source",
              name);
    }
    assertThatThrownBy(() -> labeled("team", " "))
        .hasMessage("sapflow.alert.labels: found no value of team, expected one");
  }

  private static URI target(String url, WebhookKind kind) {
    return TestAlerts.settings(kind, Duration.ofMinutes(1)).target(URI.create(url));
  }

  @Test
  void target_anAlertmanagersAddress_getsItsPath() {
    assertThat(target("http://a:9093", WebhookKind.ALERTMANAGER))
        .isEqualTo(target("http://a:9093/", WebhookKind.ALERTMANAGER))
        .hasToString("http://a:9093/api/v2/alerts");
    assertThat(target("http://a/am/api/v2/alerts", WebhookKind.ALERTMANAGER))
        .hasToString("http://a/am/api/v2/alerts");
    assertThat(target("https://events.example", WebhookKind.PAGERDUTY))
        .hasToString("https://events.example/v2/enqueue");
    assertThat(target("http://a:80/", WebhookKind.GENERIC)).hasToString("http://a:80/");
  }
}
