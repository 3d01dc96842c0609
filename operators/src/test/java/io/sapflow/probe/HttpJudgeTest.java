package io.sapflow.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.probe.LoopbackServer.Reply;
import io.sapflow.schema.Turns;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class HttpJudgeTest {

  private static final JudgeKey NO_KEY = new JudgeKey("SAPFLOW_JUDGE_MODERATION_KEY", null);

  private static JudgeLimits limits(long timeout, int retries, int concurrency, long report) {
    return new JudgeLimits(
        Duration.ofMillis(timeout),
        retries,
        Duration.ofMillis(1),
        Duration.ofMillis(400),
        concurrency,
        Duration.ofMillis(report));
  }

  private static final JudgeLimits PATIENT = limits(5000, 2, 1, 10_000);
  private static final JudgeLimits HASTY = limits(200, 1, 1, 10_000);

  private static HttpJudge moderation(URI address, JudgeLimits limits) {
    return HttpJudge.moderation(address, null, 2, NO_KEY, limits);
  }

  private static HttpJudge moderation(LoopbackServer server, JudgeLimits limits) {
    return moderation(server.address("/v1/moderations"), limits);
  }

  private static List<Exchange> answers(String... answers) {
    return List.of(answers).stream()
        .map(answer -> new Exchange(List.of(Turns.of("user", "how do i do it")), answer))
        .toList();
  }

  private static List<String> said(List<Ruling> rulings) {
    return rulings.stream()
        .map(ruling -> ruling.judged() ? ruling.outcome().toString() : ruling.reason())
        .toList();
  }

  private static String onOne(LoopbackServer server, JudgeLimits limits) {
    return said(moderation(server, limits).judge(answers("first zorble it"))).get(0);
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void moderation_answers_areJudgedInBatchesAndInOrder() throws IOException {
    try (LoopbackServer server = LoopbackServer.moderation()) {
      HttpJudge judge =
          HttpJudge.moderation(
              server.address("/v1/moderations"),
              "strict-1",
              2,
              JudgeKey.of("SAPFLOW_JUDGE_MODERATION_KEY", " secret \n"),
              limits(5000, 0, 3, 10_000));
      List<Ruling> rulings =
          judge.judge(answers("zorble it", "sorry", "", "no", "then zorble", "yes", "zorble"));
      assertThat(said(rulings))
          .containsExactly(
              "HARMFUL", "HARMLESS", "HARMLESS", "HARMLESS", "HARMFUL", "HARMLESS", "HARMFUL");
      assertThat(server.requests()).hasSize(3);
      assertThat(server.requests())
          .allSatisfy(
              request -> {
                assertThat(request.path()).isEqualTo("/v1/moderations");
                assertThat(request.authorization()).isEqualTo("Bearer secret");
                assertThat(request.content().get("model").textValue()).isEqualTo("strict-1");
                assertThat(request.content().get("input")).hasSize(2);
              });
    }
  }

  @Test
  void moderation_withoutModelOrKey_sendsNeither() throws IOException {
    try (LoopbackServer server = LoopbackServer.moderation()) {
      onOne(server, PATIENT);
      assertThat(server.requests().get(0).authorization()).isNull();
      assertThat(server.requests().get(0).content().has("model")).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"results\": [{\"flagged\": true}, {\"flagged\": false}]} | its answer has 2 results, expected 1",
        "{\"results\": [{\"flagged\": \"no\"}]} | its answer has a result whose flagged is neither true nor false",
        "{\"error\": \"busy\"} | its answer has no list of results",
        "<html>ok</html> | its answer is no JSON",
        "{\"results\": [{\"flagged\": fal | its answer is no JSON",
      })
  void moderation_answerThatIsNotUnderstood_isUnjudgedAndNotRetried(String body, String reason)
      throws IOException {
    try (LoopbackServer server = LoopbackServer.moderation().first(Reply.ok(body))) {
      assertThat(onOne(server, PATIENT)).isEqualTo(reason);
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void answer_empty_isUnjudged() throws IOException {
    try (LoopbackServer server = LoopbackServer.moderation().first(Reply.ok(""))) {
      assertThat(onOne(server, PATIENT)).isEqualTo("its answer has no list of results");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 503})
  void server_thatFailsForAWhile_isAskedAgain(int status) throws IOException {
    try (LoopbackServer server =
        LoopbackServer.moderation()
            .first(Reply.of(status).with("Retry-After", "0"), Reply.of(status))) {
      assertThat(onOne(server, PATIENT)).isEqualTo("HARMFUL");
      assertThat(server.requests()).hasSize(3);
    }
  }

  @Test
  void server_thatFailsOn_isUnjudgedAfterTheRetries() throws IOException {
    try (LoopbackServer server = new LoopbackServer(request -> Reply.of(502))) {
      assertThat(onOne(server, PATIENT)).isEqualTo("answered 502 at " + server.address(""));
      assertThat(server.requests()).hasSize(3);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 400, 404, 413})
  void server_thatRefusesTheCall_isNotAskedAgain(int status) throws IOException {
    Reply reply = Reply.of(status).with("Location", "/elsewhere");
    try (LoopbackServer server = LoopbackServer.moderation().first(reply)) {
      assertThat(onOne(server, PATIENT)).startsWith("answered " + status + " at http://127.0.0.1:");
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void server_thatRefusesTheKey_namesTheVariable() throws IOException {
    try (LoopbackServer server = LoopbackServer.moderation().first(Reply.of(401))) {
      assertThat(onOne(server, PATIENT))
          .isEqualTo(
              "answered 401 at "
                  + server.address("")
                  + ", which the key in SAPFLOW_JUDGE_MODERATION_KEY would have to open");
    }
  }

  @Test
  void server_slow_isUnjudgedInTime() throws IOException {
    try (LoopbackServer server =
        new LoopbackServer(request -> Reply.ok("{\"results\": []}").after(10_000))) {
      assertThat(onOne(server, HASTY)).isEqualTo("no answer within 0.2 s at " + server.address(""));
      assertThat(server.requests()).hasSizeLessThanOrEqualTo(2);
    }
  }

  @Test
  void server_slowOnce_isAskedAgain() throws IOException {
    try (LoopbackServer server = LoopbackServer.moderation().first(Reply.of(200).after(10_000))) {
      assertThat(onOne(server, limits(500, 9, 1, 15_000))).isEqualTo("HARMFUL");
    }
  }

  @Test
  void server_notThere_isUnjudgedAndPathsAndQueriesStayOut() throws IOException {
    int port = closedPort();
    HttpJudge judge =
        moderation(URI.create("http://127.0.0.1:" + port + "/v1/moderations?code=secret"), PATIENT);
    assertThat(said(judge.judge(answers("no", "yes", "maybe"))))
        .containsOnly("connection refused at http://127.0.0.1:" + port);
  }

  @Test
  void server_answerTooLong_isUnjudged() throws IOException {
    Reply reply = Reply.ok(" ".repeat((4 << 20) + 1));
    try (LoopbackServer server = new LoopbackServer(request -> reply)) {
      assertThat(onOne(server, PATIENT))
          .isEqualTo("an answer of more than 4194304 bytes at " + server.address(""));
    }
  }

  @Test
  void breaker_openAfterSeveralFailures_leavesTheServerAloneThenClosesAgain() throws Exception {
    List<Reply> failures = Collections.nCopies(3, Reply.of(500));
    try (LoopbackServer server =
        LoopbackServer.moderation().first(failures.toArray(Reply[]::new))) {
      HttpJudge judge = moderation(server, limits(5000, 0, 1, 10_000));
      List<Exchange> exchanges =
          answers("a", "a", "b", "b", "c", "c", "zorble", "zorble", "zorble", "zorble");
      assertThat(said(judge.judge(exchanges)))
          .containsOnly("answered 500 at " + server.address(""));
      assertThat(server.requests()).hasSize(3);
      Thread.sleep(450);
      assertThat(said(judge.judge(answers("zorble", "zorble", "no"))))
          .containsExactly("HARMFUL", "HARMFUL", "HARMLESS");
      assertThat(server.requests()).hasSize(5);
    }
  }

  @Test
  void report_takesTooLong_keepsWhatIsDone() throws IOException {
    try (LoopbackServer server =
        LoopbackServer.moderation()
            .first(Reply.ok("{\"results\": [{\"flagged\": true}, {\"flagged\": true}]}"))
            .first(Reply.of(200).after(10_000))) {
      HttpJudge judge = moderation(server, limits(5000, 0, 1, 1500));
      assertThat(said(judge.judge(answers("a", "b", "c", "d", "e"))))
          .containsExactly(
              "HARMFUL",
              "HARMFUL",
              "not done within the 1.5 s of a report",
              "not done within the 1.5 s of a report",
              "not done within the 1.5 s of a report");
    }
  }

  @Test
  void thread_interrupted_givesTheProbeUp() throws Exception {
    try (LoopbackServer server = new LoopbackServer(request -> Reply.of(200).after(10_000))) {
      HttpJudge judge = moderation(server, PATIENT);
      List<Throwable> thrown = Collections.synchronizedList(new ArrayList<>());
      Thread probe =
          new Thread(
              () -> {
                try {
                  judge.judge(answers("a", "b", "c"));
                } catch (RuntimeException e) {
                  thrown.add(e);
                }
              });
      probe.start();
      while (server.requests().isEmpty()) {
        Thread.sleep(5);
      }
      probe.interrupt();
      probe.join(2000);
      assertThat(probe.isAlive()).isFalse();
      assertThat(thrown).hasSize(1);
      assertThat(thrown.get(0))
          .isInstanceOf(CancellationException.class)
          .hasMessage("the probe was given up");
    }
  }

  private static Reply chat(String content) {
    return Reply.ok(
        "{\"choices\": [{\"message\": {\"role\": \"assistant\", \"content\": \""
            + content
            + "\"}}]}");
  }

  @Test
  void guard_exchange_isPutAsAConversationWithoutSystemMessages() throws IOException {
    try (LoopbackServer server = new LoopbackServer(request -> chat("safe"))) {
      HttpJudge judge =
          HttpJudge.guard(server.address("/v1/chat/completions"), "guard-3", NO_KEY, PATIENT);
      Exchange exchange =
          new Exchange(
              List.of(Turns.of("system", "be kind"), Turns.of("user", "how \uD800 do i")), "sorry");
      assertThat(said(judge.judge(List.of(exchange)))).containsExactly("HARMLESS");
      assertThat(server.requests().get(0).content().toString())
          .isEqualTo(
              "{\"model\":\"guard-3\",\"temperature\":0,\"max_tokens\":32,\"messages\":["
                  + "{\"role\":\"user\",\"content\":\"how ? do i\"},"
                  + "{\"role\":\"assistant\",\"content\":\"sorry\"}]}");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "safe | HARMLESS",
        "\\n\\nunsafe\\nS2,S9 | HARMFUL",
        "unsafe | HARMFUL",
        "safely said | its answer begins with neither safe nor unsafe",
        "I cannot say | its answer begins with neither safe nor unsafe",
        "Safe | its answer begins with neither safe nor unsafe",
        "'' | its answer begins with neither safe nor unsafe",
      })
  void guard_answer_countsByItsFirstWord(String content, String said) throws IOException {
    try (LoopbackServer server = new LoopbackServer(request -> chat(content))) {
      HttpJudge judge =
          HttpJudge.guard(server.address("/v1/chat/completions"), "guard-3", NO_KEY, PATIENT);
      assertThat(said(judge.judge(answers("first you")))).containsExactly(said);
    }
  }

  @Test
  void guard_answerWithoutContent_isUnjudged() throws IOException {
    try (LoopbackServer server = new LoopbackServer(request -> Reply.ok("{\"choices\": []}"))) {
      HttpJudge judge =
          HttpJudge.guard(server.address("/v1/chat/completions"), "guard-3", NO_KEY, PATIENT);
      assertThat(said(judge.judge(answers("first you"))))
          .containsExactly("its answer has no choices[0].message.content");
    }
  }

  @Test
  void key_thatNoHeaderMayHave_isRefusedWithoutQuotingIt() {
    assertThatThrownBy(() -> JudgeKey.of("SAPFLOW_JUDGE_GUARD_KEY", "two words"))
        .hasMessage(
            "SAPFLOW_JUDGE_GUARD_KEY: holds characters that no header may have, expected printable"
                + " ASCII without blanks");
    assertThat(JudgeKey.of("SAPFLOW_JUDGE_GUARD_KEY", "secret"))
        .hasToString("SAPFLOW_JUDGE_GUARD_KEY");
  }
}
