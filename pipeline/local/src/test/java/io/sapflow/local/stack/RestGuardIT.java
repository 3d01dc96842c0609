package io.sapflow.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a page in a browser can send to the cluster of this process, and what somebody on another
 * machine reaches, for a configuration that would open everything.
 */
@Timeout(180)
class RestGuardIT {

  private static final String REFUSED = "HTTP/1.1 403 Forbidden\r\n";
  private static final int ROUTES = 100;

  private static final String MULTIPART =
      """
      --b\r
      Content-Disposition: form-data; name="request"\r
      \r
      {"jobGraphFileName": "job"}\r
      --b\r
      Content-Disposition: form-data; name="file"; filename="job"\r
      Content-Type: application/octet-stream\r
      \r
      bytes\r
      --b--\r
      """;

  @TempDir static Path dir;
  private static LocalCluster cluster;
  private static RawHttp http;

  @BeforeAll
  static void start() {
    Configuration open = new Configuration();
    open.set(RestOptions.BIND_ADDRESS, "0.0.0.0");
    open.set(RestOptions.ADDRESS, "cluster.example");
    open.set(JobManagerOptions.BIND_HOST, "0.0.0.0");
    open.set(TaskManagerOptions.BIND_HOST, "0.0.0.0");
    open.set(WebOptions.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    open.set(WebOptions.SUBMIT_ENABLE, true);
    open.setString("sapflow.rest.hosts", "evil.example:80");
    cluster = LocalCluster.start(new ClusterOptions(2, 1, dir, open));
    http = new RawHttp(cluster.webUrl());
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static String ask(RestRoutes.Route route, String headers) throws IOException {
    return http.send("%s %s HTTP/1.1\n%s".formatted(route.method(), route.path(), headers), "");
  }

  private static Set<RestRoutes.Route> routes() throws ReflectiveOperationException {
    Set<RestRoutes.Route> routes = RestRoutes.of(cluster);
    assertThat(routes)
        .hasSizeGreaterThan(ROUTES)
        .contains(new RestRoutes.Route("POST", "/v1/jobs"))
        .contains(new RestRoutes.Route("GET", "/jobs/" + "0".repeat(32) + "/yarn-cancel"));
    return routes;
  }

  @Test
  void everyRoute_foreignOrigin_isRefused() throws Exception {
    for (RestRoutes.Route route : routes()) {
      String host = "Host: " + http.host() + "\n";
      assertThat(ask(route, host + "Origin: http://evil.example"))
          .as(route.toString())
          .startsWith(REFUSED)
          .contains(
              "refused: Origin: found http://evil.example, expected none or this server's own");
      assertThat(ask(route, host + "Origin: null")).as(route.toString()).startsWith(REFUSED);
    }
  }

  @Test
  void everyRoute_foreignHost_isRefused() throws Exception {
    for (RestRoutes.Route route : routes()) {
      assertThat(ask(route, "Host: evil.example:" + cluster.webUrl().getPort()))
          .as(route.toString())
          .startsWith(REFUSED)
          .contains("refused: Host: found evil.example:");
    }
  }

  @Test
  void everyRouteThatSubmitsOrCancelsByGet_ownHost_isRefused() throws Exception {
    int refused = 0;
    for (RestRoutes.Route route : routes()) {
      if (route.path().contains("/yarn-")
          || route.method().equals("POST")
              && (route.path().endsWith("/jobs") || route.path().contains("/jars/"))) {
        assertThat(ask(route, "Host: " + http.host())).as(route.toString()).startsWith(REFUSED);
        refused++;
      }
    }
    // Submission and two ways to cancel, each with and without a version.
    assertThat(refused).isGreaterThanOrEqualTo(6);
  }

  @Test
  void thePageAndWhatItShows_ownHostAndOrigin_areAnswered() throws Exception {
    String own = "Host: " + http.host() + "\nOrigin: " + cluster.webUrl();
    for (String path : List.of("/", "/overview", "/v1/jobs", "/config")) {
      assertThat(ask(new RestRoutes.Route("GET", path), own)).startsWith("HTTP/1.1 200 OK\r\n");
    }
  }

  @Test
  void submission_asAPageCanSendIt_isRefusedAndLeavesNoFile() throws IOException {
    String head =
        """
        POST /v1/jobs HTTP/1.1
        Host: %s
        Content-Type: multipart/form-data; boundary=b"""
            .formatted(http.host());
    assertThat(http.send(head, MULTIPART))
        .startsWith(REFUSED)
        .contains("refused: jobs are not taken over REST by this server");
    assertThat(http.send(head + "\nOrigin: http://evil.example", MULTIPART)).startsWith(REFUSED);
    try (Stream<Path> files = Files.walk(dir.resolve("tmp"))) {
      assertThat(files.filter(file -> file.endsWith("job"))).isEmpty();
    }
  }

  @Test
  void answer_toAnybody_allowsNoOtherOrigin() throws IOException {
    String answer = http.send("GET /overview HTTP/1.1\nHost: " + http.host(), "");
    assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n");
    assertThat(answer.toLowerCase(Locale.ROOT)).contains("access-control-allow-origin: \r\n");
  }

  @Test
  void everySocket_listensOnLoopback() throws IOException {
    Assumptions.assumeTrue(ListeningSockets.known(), "there is no /proc that tells sockets");
    assertThat(ListeningSockets.of(ProcessHandle.current().pid()))
        .isNotEmpty()
        .allMatch(ListeningSockets::isLoopback);
  }
}
