package io.sapflow.job.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RegistryCheckTest {

  private HttpServer server;

  /** Knows no schema; fails below /down, and knows nobody below /closed. */
  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          int status = path.startsWith("/down") ? 503 : path.startsWith("/closed") ? 401 : 404;
          byte[] body = "{\"error_code\":40403}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private static Finding look(String format, String addresses) {
    Map<String, String> values = new HashMap<>();
    values.put("sapflow.adapter.store", "/var/store");
    values.put("sapflow.examples.format", format);
    values.put("sapflow.schema-registry.url", addresses);
    JobSettings settings = new JobSettings(ConfigFile.of(values));
    return new RegistryCheck(new Subject(settings, Purpose.LOOK)).look();
  }

  @Test
  void registry_ofAnotherFormat_isNotAsked() {
    assertThat(look("avro", address() + "/down")).isEqualTo(Finding.unused(expected()));
  }

  @Test
  void registry_thatKnowsNoSuchId_answers() {
    assertThat(look("confluent", address()))
        .isEqualTo(Finding.ok(address() + " answers", expected()));
  }

  @Test
  void registry_ofWhichOneServerIsDownOrClosed_warns() {
    Finding down = look("confluent", address() + "," + address() + "/down");
    assertThat(down.outcome()).isEqualTo(Finding.Outcome.WARNING);
    assertThat(down.found()).isEqualTo("sapflow.schema-registry.url: answered 503 at " + address());
    Finding closed = look("confluent", address() + "/closed");
    assertThat(closed.outcome()).isEqualTo(Finding.Outcome.WARNING);
    assertThat(closed.found())
        .isEqualTo("sapflow.schema-registry.url: answered 401 at " + address());
  }

  private static String expected() {
    return "a schema registry that answers at each address of sapflow.schema-registry.url;"
        + " SAPFLOW_SCHEMA_REGISTRY_AUTH in the environment holds user:password where it asks for"
        + " them";
  }
}
