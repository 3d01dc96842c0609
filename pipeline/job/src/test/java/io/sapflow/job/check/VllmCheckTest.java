package io.sapflow.job.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VllmCheckTest {

  private static final String PREFIXES = "VLLM_RUNTIME_LORA_ALLOWED_PATH_PREFIXES";

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpServer server;

  /** As vLLM; below /fixed it lets nothing be loaded, and below /empty it has no model. */
  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          asked.add(exchange.getRequestMethod());
          boolean lists = path.endsWith("/v1/models");
          int status = lists ? 200 : path.startsWith("/fixed") ? 404 : 405;
          String models =
              path.startsWith("/empty")
                  ? ""
                  : """
                    {"id":"toy","object":"model","root":"/models/toy","parent":null},
                    {"id":"helper-0-0123456789ab","root":"/mnt/helper/x","parent":"toy"}
                    """;
          String text =
              lists
                  ? "{\"object\":\"list\",\"data\":[" + models + "]}"
                  : status == 404
                      ? "{\"detail\":\"Not Found\"}"
                      : "{\"detail\":\"Method Not Allowed\"}";
          byte[] body = text.getBytes(StandardCharsets.UTF_8);
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

  private static List<VllmCheck> checks(String urls) {
    JobSettings settings =
        new JobSettings(
            ConfigFile.of(
                Map.of(
                    "sapflow.adapter.store", "/var/store/adapters",
                    "sapflow.publish.vllm.url", urls,
                    "sapflow.publish.vllm.path-map", "/var/store=/mnt")));
    return VllmCheck.of(new Subject(settings, Purpose.LOOK));
  }

  private Finding look(String path) {
    return checks(address() + path).get(0).look();
  }

  private static String expected() {
    return "a vLLM server at sapflow.publish.vllm.url, started with --enable-lora,"
        + " VLLM_ALLOW_RUNTIME_LORA_UPDATING=True and "
        + PREFIXES
        + "=/mnt/adapters, where it may read the store";
  }

  @Test
  void server_thatLetsAdaptersBeLoaded_isSaidWithWhatItHas() {
    assertThat(look(""))
        .isEqualTo(
            Finding.ok(
                address()
                    + " answers, base model toy, 1 adapters; not to be seen from here: whether it"
                    + " may load from /mnt/adapters (newer ones by "
                    + PREFIXES
                    + ")",
                expected()));
    assertThat(asked).as("nothing is loaded").containsOnly("GET");
  }

  @Test
  void server_withoutTheMethod_isToldTheVariable() {
    Finding finding = look("/fixed");
    assertThat(finding.outcome()).isEqualTo(Finding.Outcome.WARNING);
    assertThat(finding.found())
        .startsWith("loading adapters: answered 404 at " + address())
        .endsWith("--enable-lora and VLLM_ALLOW_RUNTIME_LORA_UPDATING=True");
    assertThat(finding.expected()).isEqualTo(expected());
  }

  @Test
  void server_withoutABaseModel_warns() {
    assertThat(look("/empty"))
        .isEqualTo(Finding.warning(address() + " answers, no base model, 0 adapters", expected()));
  }

  @Test
  void servers_haveALineEach() {
    List<VllmCheck> checks = checks("http://127.0.0.1:1;" + address());
    assertThat(checks).extracting(VllmCheck::name).containsExactly("vllm", "vllm-2");
    assertThat(checks.get(0).look().found()).isEqualTo("connection refused at http://127.0.0.1:1");
    assertThat(checks.get(1).look().ok()).isTrue();
  }
}
