package io.sapflow.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.job.options.RuleOptions;
import io.sapflow.publish.AlertOrigin;
import io.sapflow.publish.StorePath;
import io.sapflow.publish.VllmSettings;
import io.sapflow.publish.WebhookKind;
import io.sapflow.publish.WebhookSettings;
import io.sapflow.telemetry.Signal;
import io.sapflow.telemetry.TelemetrySettings;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutsideSettingsTest {

  private static JobSettings settings(String... values) {
    Map<String, String> map = new HashMap<>(Map.of("sapflow.adapter.store", "/var/store"));
    for (int i = 0; i < values.length; i += 2) {
      map.put(values[i], values[i + 1]);
    }
    return new JobSettings(ConfigFile.of(map));
  }

  private static AlertOrigin origin(String environment, Map<String, String> labels, String url) {
    return new AlertOrigin("sapflow", environment, labels, url);
  }

  @Test
  void nothing_isToldByDefault() {
    assertThat(settings().outside().webhook())
        .isEqualTo(
            new WebhookSettings(
                List.of(),
                WebhookKind.ALERTMANAGER,
                Duration.ofMinutes(1),
                Duration.ofHours(4),
                RuleOptions.readKeepFiring(ConfigFile.of(Map.of())),
                false,
                origin(null, Map.of(), null)));
    assertThat(settings().outside().vllm().urls()).isEmpty();
    settings().check();
  }

  @Test
  void webhook_isRead() {
    assertThat(
            settings(
                    "sapflow.alert.webhook.url", "https://alerts.example:9093/hook?x=1;http://b",
                    "sapflow.alert.webhook.kind", "generic",
                    "sapflow.alert.webhook.repeat", "30 s",
                    "sapflow.alert.hold", "1 h",
                    "sapflow.alert.heartbeat", "true",
                    "sapflow.job.environment", "staging",
                    "sapflow.alert.labels.team", "ml",
                    "sapflow.alert.labels.region", "eu: west",
                    "sapflow.alert.generator-url", "https://see/d?a={adapter}#{rule}")
                .outside()
                .webhook())
        .isEqualTo(
            new WebhookSettings(
                List.of(URI.create("https://alerts.example:9093/hook?x=1"), URI.create("http://b")),
                WebhookKind.GENERIC,
                Duration.ofSeconds(30),
                Duration.ofHours(1),
                RuleOptions.readKeepFiring(ConfigFile.of(Map.of())),
                true,
                origin(
                    "staging",
                    Map.of("team", "ml", "region", "eu: west"),
                    "https://see/d?a={adapter}#{rule}")));
  }

  @Test
  void labels_environmentAndAddress_thatAreNone_areRefusedByTheirKey() {
    assertThatThrownBy(() -> settings("sapflow.alert.labels.my-team", "ml").check())
        .hasMessageStartingWith("sapflow.alert.labels: found my-team, expected a name of letters");
    assertThatThrownBy(() -> settings("sapflow.job.environment", " ").check())
        .hasMessage("sapflow.job.environment: found nothing, expected a name such as staging");
    assertThatThrownBy(() -> settings("sapflow.alert.generator-url", "docs/x.md").check())
        .hasMessage(
            "sapflow.alert.generator-url: found docs, expected a URL such as"
                + " https://grafana.example/d/sapflow?var-adapter={adapter}");
  }

  @Test
  void hold_thatEndsBetweenTwoPosts_isRefused() {
    assertThatThrownBy(() -> settings("sapflow.alert.hold", "1 min").check())
        .hasMessage(
            "sapflow.alert.hold: found 60000 ms, expected at least two of"
                + " sapflow.alert.webhook.repeat (60000 ms)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "127.0.0.1:9093",
        "ftp://a",
        "http://",
        "http://a b",
        "http:/a#b",
        "ftp://a/hook?key=xyz"
      })
  void url_thatIsNone_isRefused(String url) {
    Map<String, Integer> ports =
        Map.of(
            "sapflow.alert.webhook.url", 9093,
            "sapflow.publish.vllm.url", 8000,
            "sapflow.otel.endpoint", 4318);
    // What follows the host may open the server.
    String shown = url.equals("http:/a#b") ? "http:" : url.replace("/hook?key=xyz", "");
    ports.forEach(
        (key, port) ->
            assertThatThrownBy(() -> settings(key, url).check())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                    key
                        + ": found "
                        + shown
                        + ", expected a URL such as http://127.0.0.1:"
                        + port));
  }

  @Test
  void url_withAPassword_isRefusedWithoutSayingIt() {
    assertThatThrownBy(() -> settings("sapflow.alert.webhook.url", "http://me:xyz@a:9093").check())
        .hasMessage(
            "sapflow.alert.webhook.url: found a user's name or password in the URL, expected none:"
                + " what authorizes stands in the environment, in"
                + " SAPFLOW_ALERT_WEBHOOK_AUTHORIZATION");
    assertThatThrownBy(() -> settings("sapflow.alert.webhook.url", "http://me:x z@a").check())
        .hasMessage(
            "sapflow.alert.webhook.url: found http://a, expected a URL such as http://127.0.0.1:9093");
  }

  @Test
  void telemetry_isRead() {
    assertThat(settings().outside().telemetry().isOn()).isFalse();
    TelemetrySettings telemetry =
        settings(
                "sapflow.job.name", "helper-job",
                "sapflow.job.environment", "staging",
                "sapflow.otel.endpoint", "https://collector.example/otlp/",
                "sapflow.otel.service-name", "safety",
                "sapflow.otel.give-up-after", "5 min",
                "sapflow.train.hold-timeout", "0 ms")
            .outside()
            .telemetry();
    assertThat(telemetry)
        .isEqualTo(
            new TelemetrySettings(
                URI.create("https://collector.example/otlp/"),
                "helper-job",
                "safety",
                Release.name(),
                "staging",
                Duration.ofMinutes(5),
                false));
    assertThat(telemetry.target(Signal.LOGS)).hasToString("https://collector.example/otlp/v1/logs");
    assertThat(settings("sapflow.otel.endpoint", "http://a:4318").outside().telemetry())
        .satisfies(
            bare -> assertThat(bare.target(Signal.TRACES)).hasToString("http://a:4318/v1/traces"));
  }

  @Test
  void telemetry_thatCannotBe_isRefused() {
    assertThatThrownBy(() -> settings("sapflow.otel.endpoint", "http://a:4318?key=xyz").check())
        .hasMessage(
            "sapflow.otel.endpoint: found a query in the URL, expected none: /v1/logs and /v1/traces"
                + " are added to it");
    assertThatThrownBy(() -> settings("sapflow.otel.endpoint", "http://me:xyz@a:4318").check())
        .hasMessage(
            "sapflow.otel.endpoint: found a user's name or password in the URL, expected none: what"
                + " authorizes stands in the environment, in SAPFLOW_OTEL_AUTHORIZATION");
    assertThatThrownBy(() -> settings("sapflow.otel.service-name", " ").check())
        .hasMessage("sapflow.otel.service-name: found nothing, expected a name such as sapflow");
    assertThatThrownBy(() -> settings("sapflow.otel.give-up-after", "10 ms").check())
        .hasMessage("sapflow.otel.give-up-after: found 10 ms, expected at least 1 s");
  }

  @Test
  void kindAndRepeat_outOfRange_areRefused() {
    assertThatThrownBy(() -> settings("sapflow.alert.webhook.kind", "pager").check())
        .hasMessage(
            "sapflow.alert.webhook.kind: found pager, expected alertmanager or generic or slack or"
                + " pagerduty");
    assertThatThrownBy(() -> settings("sapflow.alert.webhook.repeat", "10 ms").check())
        .hasMessage("sapflow.alert.webhook.repeat: found 10 ms, expected at least 1 s");
  }

  @Test
  void vllm_severalServers_areRead() {
    VllmSettings vllm =
        settings(
                "sapflow.publish.vllm.url",
                "http://a:8000; http://b:8000/v1",
                "sapflow.publish.vllm.look-interval",
                "5 s")
            .outside()
            .vllm();
    assertThat(vllm.urls())
        .containsExactly(URI.create("http://a:8000"), URI.create("http://b:8000/v1"));
    assertThat(vllm.look()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void vllm_pathMap_isRead() {
    String url = "sapflow.publish.vllm.url";
    assertThat(settings(url, "http://a:8000").outside().vllm().store()).isEqualTo(StorePath.SAME);
    assertThat(
            settings(url, "http://a:8000", "sapflow.publish.vllm.path-map", "/var=/mnt")
                .outside()
                .vllm()
                .store())
        .isEqualTo(new StorePath("/var", "/mnt"));
  }

  @Test
  void vllm_storeThatItDoesNotSee_isRefused() {
    String url = "sapflow.publish.vllm.url";
    String map = "sapflow.publish.vllm.path-map";
    assertThatThrownBy(
            () -> settings(url, "http://a:8000", "sapflow.adapter.store", "s3://b/x").check())
        .hasMessage(
            map
                + ": is missing, expected FROM=TO, because vLLM reads directories from / on, not"
                + " s3://b/x");
    for (String wrong : new String[] {"/var", "=/mnt", "/other=/mnt", "/var=mnt"}) {
      assertThatThrownBy(() -> settings(url, "http://a:8000", map, wrong).check())
          .hasMessage(
              map
                  + ": found "
                  + wrong
                  + ", expected FROM=TO with FROM at or above sapflow.adapter.store (/var/store)"
                  + " and TO a directory from / on");
    }
  }
}
