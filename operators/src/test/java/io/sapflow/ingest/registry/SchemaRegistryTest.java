package io.sapflow.ingest.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.ingest.registry.RegistryStandIn.Instead;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaRegistryTest {

  private static final String SCHEMA = "\"string\"";
  private static final URI NOBODY = URI.create("http://127.0.0.1:1");

  private RegistryStandIn server;

  @BeforeEach
  void start() throws Exception {
    server = new RegistryStandIn().knows(7, SCHEMA);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private SchemaRegistry registry() {
    return new SchemaRegistry(server.settings(), null);
  }

  @Test
  void schema_ofAKnownId_isItsTextAndType() {
    server.answers(8, "{\"schema\":\"x\",\"schemaType\":\"PROTOBUF\",\"references\":[{}]}");
    assertThat(registry().schema(7)).contains(new RegisteredSchema("AVRO", SCHEMA, false));
    assertThat(registry().schema(8)).contains(new RegisteredSchema("PROTOBUF", "x", true));
  }

  @Test
  void schema_ofAnUnknownId_isNone_andIsAskedForAgain() throws Exception {
    SchemaRegistry registry = registry();
    assertThat(registry.schema(9)).isEmpty();
    server.knows(9, SCHEMA);
    assertThat(registry.schema(9)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 40301})
  void schema_thatThisUserMayNotRead_isNone(int code) {
    server.next(new Instead(403, "{\"error_code\":" + code + ",\"message\":\"denied\"}"));
    assertThat(registry().schema(7)).isEmpty();
    assertThat(server.requests()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "404|<html>no such page</html>",
        "404|{\"error_code\":404,\"message\":\"no such path\"}",
        "200|<html>please log in</html>",
        "200|{}",
        "302|http://127.0.0.1:1/elsewhere",
        "403|<html>no",
        "500|{\"error_code\":50001}",
        "503|''",
        "429|''"
      })
  void schema_fromWhatIsNoRegistryForAMoment_isWaitedFor(int status, String body) {
    server.next(new Instead(status, body), new Instead(status, body));
    assertThat(new SchemaRegistry(server.patient(), null).schema(7)).isPresent();
    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void schema_fromAServerThatStaysDown_failsWithItsAddress() {
    server.always(new Instead(503, ""));
    assertThatThrownBy(() -> registry().schema(7))
        .isInstanceOf(RegistryException.class)
        .hasMessage(
            "sapflow.schema-registry.url: answered 503 at "
                + server.address()
                + ", expected a schema registry that answers within 0.7 s");
  }

  @Test
  void schema_whereNobodyListens_failsWithTheAddress() {
    SchemaRegistry registry =
        new SchemaRegistry(RegistryStandIn.settings(List.of(NOBODY), 1000), null);
    assertThatThrownBy(() -> registry.schema(7))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining(
            "connection refused at http://127.0.0.1:1, expected a schema registry");
  }

  @Test
  void schema_withoutTheRightPassword_failsAtOnceAndNamesTheVariable() {
    server.always(new Instead(401, ""));
    assertThatThrownBy(() -> registry().schema(7))
        .hasMessageEndingWith(
            "SAPFLOW_SCHEMA_REGISTRY_AUTH in the environment holds user:password");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void schema_thatTheFirstServerDoesNotKnow_isAskedOfTheOthers() throws Exception {
    try (RegistryStandIn other = new RegistryStandIn().knows(9, SCHEMA)) {
      SchemaRegistry registry =
          new SchemaRegistry(
              RegistryStandIn.settings(List.of(NOBODY, server.address(), other.address()), 1000),
              "Basic x");
      assertThat(registry.schema(9)).isPresent();
      assertThat(registry.schema(10)).isEmpty();
      assertThat(other.authorizations()).containsOnly("Basic x");
    }
  }

  @Test
  void schema_thatIsEndless_isCut() throws Exception {
    server.knows(8, "x".repeat(1 << 19));
    assertThat(registry().schema(8).orElseThrow().text()).hasSize(1 << 18);
  }

  @Test
  void register_givesTheId_orTheRegistrysWords() {
    assertThat(registry().register("examples-value", SCHEMA)).isEqualTo(7);
    assertThat(server.requests()).containsExactly("POST /subjects/examples-value/versions");
    server.always(new Instead(409, "{\"message\":\"incompatible\"}"));
    assertThatThrownBy(() -> registry().register("examples-value", SCHEMA))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "subject examples-value: the schema registry does not take the schema of examples"
                + " (answered 409")
        .hasMessageContaining("incompatible");
  }

  @Test
  void pace_afterARest_letsASecondsWorthThrough_thenEachInItsTime() {
    Pace pace = new Pace(100, 0);
    for (int i = 0; i < 100; i++) {
      assertThat(pace.take(0)).isZero();
    }
    assertThat(pace.take(0)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(10));
    assertThat(pace.take(0)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
    assertThat(pace.take(TimeUnit.SECONDS.toNanos(5))).isZero();
  }
}
