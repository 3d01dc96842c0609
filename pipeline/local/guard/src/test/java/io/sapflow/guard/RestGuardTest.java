package io.sapflow.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RestGuardTest {

  private static final String OWN = "127.0.0.1:8081";
  private static final RestGuard GUARD = new RestGuard(8081, List.of(), Optional.empty());
  private static final RestGuard SECRET =
      new RestGuard(8081, List.of("JobManager:8081"), Optional.of("s3cret"));

  private static RestRequest request(String method, String target) {
    return new RestRequest(method, target, List.of(OWN), List.of(), List.of());
  }

  private static RestRequest from(String origin) {
    return new RestRequest("GET", "/jobs", List.of(OWN), List.of(origin), List.of());
  }

  private static RestRequest to(String... hosts) {
    return new RestRequest("GET", "/jobs", List.of(hosts), List.of(), List.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:8081", "localhost:8081", "LOCALHOST:8081", "[::1]:8081"})
  void host_isLoopbackWithTheOwnPort_isAnswered(String host) {
    assertThat(GUARD.refusal(to(host))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example:8081",
        "127.0.0.1.evil.example:8081",
        "localhost.evil.example:8081",
        "127.0.0.1:8082",
        "127.0.0.1",
        "jobmanager:8081",
        "evil.example@127.0.0.1:8081",
        ""
      })
  void host_isAnother_isRefusedByItsName(String host) {
    assertThat(GUARD.refusal(to(host)))
        .contains(
            "Host: found " + host + ", expected one of 127.0.0.1:8081, [::1]:8081, localhost:8081");
  }

  @Test
  void host_missingOrTwice_isRefused() {
    assertThat(GUARD.refusal(to()).orElseThrow()).startsWith("Host: found none, expected one of ");
    assertThat(GUARD.refusal(to(OWN, OWN)).orElseThrow()).startsWith("Host: found " + OWN + ", ");
  }

  @Test
  void host_isLong_isCut() {
    assertThat(GUARD.refusal(to("e".repeat(9000))).orElseThrow()).hasSizeLessThan(250);
  }

  @Test
  void host_isNamedInTheConfiguration_isAnswered() {
    assertThat(SECRET.refusal(to("jobmanager:8081"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1:8081", "https://localhost:8081", "HTTP://[::1]:8081"})
  void origin_isTheServersOwn_isAnswered(String origin) {
    assertThat(GUARD.refusal(from(origin))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://evil.example",
        "null",
        "",
        "http://127.0.0.1:3000",
        "http://127.0.0.1",
        "http://127.0.0.1:8081.evil.example",
        "file://",
        "ftp://127.0.0.1:8081"
      })
  void origin_isAnother_isRefusedByItsName(String origin) {
    assertThat(GUARD.refusal(from(origin)))
        .contains("Origin: found " + origin + ", expected none or this server's own");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/jobs/0/yarn-cancel",
        "/v1/jobs/0/yarn-cancel",
        "/jobs/0/yarn-stop",
        "//jobs//0//yarn-cancel/",
        "/jobs/0/yarn%2dcancel",
        "/jobs/0/yarn%252dcancel",
        "/jobs/0%2fyarn-cancel",
        "/jobs/0/YARN-CANCEL?mode=cancel"
      })
  void get_thatEndsAJob_isRefused(String target) {
    assertThat(GUARD.refusal(request("GET", target)))
        .contains("a GET ends no job here: PATCH /jobs/ID cancels, POST /jobs/ID/stop stops");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/jobs",
        "/jobs/",
        "/v1/jobs",
        "//jobs",
        "/%6aobs",
        "/jobs?a=b",
        "/jars/upload",
        "/v1/jars/x/run"
      })
  void submission_withoutASecretOfTheServer_isRefused(String target) {
    assertThat(GUARD.refusal(request("POST", target)))
        .contains("jobs are not taken over REST by this server");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://evil.example/jobs", "*", "jobs", ""})
  void target_isNoPath_isRefused(String target) {
    assertThat(GUARD.refusal(request("GET", target)))
        .contains("the target is no path that begins with /");
  }

  @Test
  void target_hasABrokenEncoding_isRefused() {
    assertThat(GUARD.refusal(request("GET", "/jobs/%zz")))
        .contains("the target has a broken percent-encoding");
  }

  @Test
  void readingCancellingAndStopping_areAnswered() {
    assertThat(GUARD.refusal(request("GET", "/jobs"))).isEmpty();
    assertThat(GUARD.refusal(request("PATCH", "/jobs/0"))).isEmpty();
    assertThat(GUARD.refusal(request("POST", "/jobs/0/stop"))).isEmpty();
    assertThat(GUARD.refusal(request("POST", "/jobs/0/savepoints"))).isEmpty();
    assertThat(GUARD.refusal(request("GET", "/"))).isEmpty();
  }

  @Test
  void submission_showsTheSecret_isAnswered() {
    assertThat(SECRET.refusal(submission("s3cret"))).isEmpty();
  }

  @Test
  void submission_showsAnotherSecretOrNone_isRefused() {
    String needed = "a submission needs the secret of this server in X-Sapflow-Submit-Secret";
    assertThat(SECRET.refusal(submission("s3creT"))).contains(needed);
    assertThat(SECRET.refusal(submission())).contains(needed);
    assertThat(SECRET.refusal(submission("s3cret", "other"))).contains(needed);
  }

  private static RestRequest submission(String... secrets) {
    return new RestRequest("POST", "/v1/jobs", List.of(OWN), List.of(), List.of(secrets));
  }
}
