package io.sapflow.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AlertJsonTest {

  private static String json(WebhookKind kind, io.sapflow.schema.SafetyAlert alert) {
    return new String(AlertJson.of(kind, alert), StandardCharsets.UTF_8);
  }

  private static final String LABELS =
      "{\"adapter\":\"helper\",\"alertname\":\"harmful-score\",\"severity\":\"critical\"}";
  private static final String WORDS = "{\"summary\":\"adapter helper: harmful score 0.250\"}";

  @Test
  void alertmanager_hasItsFieldsAlone() {
    assertThat(json(WebhookKind.ALERTMANAGER, TestAlerts.firing("helper")))
        .isEqualTo(
            "[{\"labels\":%s,\"annotations\":%s,\"startsAt\":\"2025-11-24T16:00:00Z\"}]"
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

  private static URI target(String url, WebhookKind kind) {
    return new WebhookSettings(URI.create(url), kind, Duration.ofMinutes(1)).target();
  }

  @Test
  void target_anAlertmanagersAddress_getsItsPath() {
    assertThat(target("http://a:9093", WebhookKind.ALERTMANAGER))
        .isEqualTo(target("http://a:9093/", WebhookKind.ALERTMANAGER))
        .hasToString("http://a:9093/api/v2/alerts");
    assertThat(target("http://a/am/api/v2/alerts", WebhookKind.ALERTMANAGER))
        .hasToString("http://a/am/api/v2/alerts");
    assertThat(target("http://a:80/", WebhookKind.GENERIC)).hasToString("http://a:80/");
  }
}
