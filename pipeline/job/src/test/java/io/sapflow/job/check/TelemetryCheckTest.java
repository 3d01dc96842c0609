package io.sapflow.job.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import io.sapflow.testing.OtlpCollector;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TelemetryCheckTest {

  private static final String EXPECTED =
      "a collector that takes OTLP in JSON at sapflow.otel.endpoint";

  private static Finding look(String endpoint) {
    Map<String, String> values = new HashMap<>();
    values.put("sapflow.adapter.store", "/var/store");
    if (endpoint != null) {
      values.put("sapflow.otel.endpoint", endpoint);
    }
    JobSettings settings = new JobSettings(ConfigFile.of(values));
    return new TelemetryCheck(new Subject(settings, Purpose.LOOK)).look();
  }

  @Test
  void nobody_isNotAsked() {
    assertThat(look(null)).isEqualTo(Finding.unused(EXPECTED));
  }

  @Test
  void collector_isAskedOnBothPaths_andToldNothing() throws IOException {
    try (OtlpCollector collector = new OtlpCollector()) {
      assertThat(look(collector.url().toString()))
          .isEqualTo(Finding.ok(collector.url() + " answers", EXPECTED));
      assertThat(collector.posts()).containsExactly("/v1/logs null", "/v1/traces null");
      assertThat(collector.faults()).isEmpty();
      assertThat(collector.logs()).isEmpty();
    }
  }

  @Test
  void collector_thatTakesNoJson_orIsDown_warns() throws IOException {
    String address;
    try (OtlpCollector collector = new OtlpCollector()) {
      collector.answer(415, "");
      address = collector.url().toString();
      Finding finding = look(address);
      assertThat(finding.outcome()).isEqualTo(Finding.Outcome.WARNING);
      assertThat(finding.found()).isEqualTo("answered 415 at " + address + "/v1/logs");
    }
    assertThat(look(address).outcome()).isEqualTo(Finding.Outcome.WARNING);
    assertThat(look(address).found()).endsWith(" at " + address);
  }
}
