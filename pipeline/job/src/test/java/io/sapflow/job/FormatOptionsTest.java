package io.sapflow.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.ingest.ExampleFormat;
import io.sapflow.ingest.FormatSettings;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FormatOptionsTest {

  private static final String FORMAT = "sapflow.examples.format";
  private static final String URL = "sapflow.schema-registry.url";

  private static JobSettings settings(String... values) {
    Map<String, String> map = new HashMap<>(Map.of("sapflow.adapter.store", "/var/store"));
    for (int i = 0; i < values.length; i += 2) {
      map.put(values[i], values[i + 1]);
    }
    return new JobSettings(ConfigFile.of(map));
  }

  @Test
  void examples_areSingleObjectEncodedByDefault() {
    assertThat(settings().formats()).isEqualTo(FormatSettings.AVRO);
  }

  @Test
  void registry_ofSeveralServers_isReadInTheirOrder() {
    FormatSettings formats =
        settings(FORMAT, "confluent", URL, "http://a:8081, https://b/registry").formats();
    assertThat(formats.format()).isEqualTo(ExampleFormat.CONFLUENT);
    assertThat(formats.registry().addresses())
        .containsExactly(URI.create("http://a:8081"), URI.create("https://b/registry"));
  }

  @Test
  void confluentWithoutARegistry_isRefusedBeforeTheJobStarts() {
    assertThatThrownBy(() -> settings(FORMAT, "confluent").check())
        .hasMessage(
            "sapflow.schema-registry.url: found none, expected the registry's address, such as"
                + " http://127.0.0.1:8081, because sapflow.examples.format is confluent");
  }

  @Test
  void values_thatAreNone_areRefusedWithoutWhatTheyHide() {
    assertThatThrownBy(() -> settings(FORMAT, "protobuf").check())
        .hasMessage("sapflow.examples.format: found protobuf, expected avro or confluent or json");
    assertThatThrownBy(() -> settings(URL, "http://a,http://user:pass@b").check())
        .hasMessage(
            "sapflow.schema-registry.url: found a user's name or password in the URL, expected none:"
                + " what authorizes stands in the environment, in SAPFLOW_SCHEMA_REGISTRY_AUTH");
    assertThatThrownBy(() -> settings(URL, "http://a,").check())
        .hasMessage(
            "sapflow.schema-registry.url: found , expected a URL such as http://127.0.0.1:8081");
  }
}
