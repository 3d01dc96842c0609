package io.sapflow.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class JsonClientTest {

  private static final BodyLimit SHORT = BodyLimit.cutAt(1000);
  private static final byte[] EMPTY = {'{', '}'};

  private final JsonClient once = new JsonClient(Duration.ofSeconds(5), "Bearer make-believe");

  private static JsonClient retrying(int most, int failures) {
    return new JsonClient(
        Duration.ofSeconds(5),
        null,
        new Retries(most, Duration.ofMillis(1), failures, Duration.ofMinutes(1)));
  }

  private static HttpPeer failingFirst(int times, HttpPeer.Said failure) {
    AtomicInteger asked = new AtomicInteger();
    return new HttpPeer(
        one -> asked.incrementAndGet() <= times ? failure : new HttpPeer.Said(200, "fine"));
  }

  @Test
  void post_carriesTheAuthorization_readsTheAnswer() throws Exception {
    try (HttpPeer peer = new HttpPeer(asked -> new HttpPeer.Said(201, "fine"))) {
      Reply reply = once.post(peer.url("/x"), EMPTY, SHORT);
      assertThat(reply).isEqualTo(new Reply(peer.url("").toString(), 201, "fine", null));
      assertThat(reply.ok()).isTrue();
      assertThat(peer.asked)
          .containsExactly(new HttpPeer.Asked("POST", "/x", "Bearer make-believe", "{}"));
    }
  }

  @Test
  void answer_longerThanTheLimit_isCutWhereItsBeginningIsEnough() throws Exception {
    try (HttpPeer peer = new HttpPeer(asked -> new HttpPeer.Said(400, "x".repeat(1_000_000)))) {
      assertThat(once.get(peer.url("/"), SHORT).body()).hasSize(1000);
    }
  }

  @Test
  void answer_longerThanTheLimit_isNoneWhereAllOfItIsNeeded() throws Exception {
    try (HttpPeer peer = new HttpPeer(asked -> new HttpPeer.Said(200, "x".repeat(1001)))) {
      assertThatThrownBy(() -> retrying(3, 9).get(peer.url("/secret"), BodyLimit.failBeyond(1000)))
          .isInstanceOf(NoReplyException.class)
          .hasMessage("an answer of more than 1000 bytes at " + peer.url(""));
      assertThat(peer.asked).hasSize(1);
    }
  }

  @Test
  void answer_asLongAsTheLimit_isWhole() throws Exception {
    try (HttpPeer peer = new HttpPeer(asked -> new HttpPeer.Said(200, "x".repeat(1000)))) {
      assertThat(once.get(peer.url("/"), BodyLimit.failBeyond(1000)).body()).hasSize(1000);
    }
  }

  @Test
  void redirect_isAnAnswer_isNotFollowed() throws Exception {
    HttpPeer.Said away = new HttpPeer.Said(302, "", Map.of("Location", "/elsewhere"));
    try (HttpPeer peer = new HttpPeer(asked -> away)) {
      assertThat(retrying(3, 9).get(peer.url("/"), SHORT).status()).isEqualTo(302);
      assertThat(peer.asked).hasSize(1);
    }
  }

  @Test
  void failure_passing_isTriedOnceWithoutRetries() throws Exception {
    try (HttpPeer peer = failingFirst(1, new HttpPeer.Said(503, "busy"))) {
      assertThat(once.get(peer.url("/"), SHORT).status()).isEqualTo(503);
      assertThat(peer.asked).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 503})
  void failure_passing_isTriedAgain(int status) throws Exception {
    try (HttpPeer peer = failingFirst(2, new HttpPeer.Said(status, "busy"))) {
      assertThat(retrying(2, 9).post(peer.url("/"), EMPTY, SHORT).body()).isEqualTo("fine");
      assertThat(peer.asked).hasSize(3);
    }
  }

  @Test
  void failure_beyondTheRetries_isTheAnswer() throws Exception {
    try (HttpPeer peer = failingFirst(9, new HttpPeer.Said(500, "broken"))) {
      assertThat(retrying(2, 9).get(peer.url("/"), SHORT).quoted())
          .isEqualTo("answered 500 at " + peer.url("") + ": broken");
      assertThat(peer.asked).hasSize(3);
    }
  }

  @Test
  void server_thatSaysWhenToComeAgain_isHeard() throws Exception {
    HttpPeer.Said busy = new HttpPeer.Said(429, "", Map.of("Retry-After", "0"));
    JsonClient patient =
        new JsonClient(
            Duration.ofSeconds(5),
            null,
            new Retries(1, Duration.ofHours(1), 9, Duration.ofMinutes(1)));
    try (HttpPeer peer = failingFirst(1, busy)) {
      assertThat(patient.get(peer.url("/"), SHORT).body()).isEqualTo("fine");
    }
  }

  @Test
  void server_thatDoesNotSayWhen_isLeftToTheBackoff() throws Exception {
    JsonClient client =
        new JsonClient(
            Duration.ofSeconds(5),
            null,
            new Retries(1, Duration.ofMillis(300), 9, Duration.ofMinutes(1)));
    try (HttpPeer peer = failingFirst(1, new HttpPeer.Said(503, ""))) {
      long start = System.nanoTime();
      assertThat(client.get(peer.url("/"), SHORT).body()).isEqualTo("fine");
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isGreaterThanOrEqualTo(Duration.ofMillis(250));
    }
  }

  @Test
  void server_thatFailsOn_isLeftAlone() throws Exception {
    try (HttpPeer peer = failingFirst(2, new HttpPeer.Said(500, ""))) {
      JsonClient client = retrying(0, 2);
      client.get(peer.url("/"), SHORT);
      client.get(peer.url("/"), SHORT);
      assertThatThrownBy(() -> client.get(peer.url("/secret"), SHORT))
          .isInstanceOf(NoReplyException.class)
          .hasMessage("answered 500 at " + peer.url(""));
      assertThat(peer.asked).hasSize(2);
    }
  }

  @Test
  void server_thatNeverAnswers_isGivenUp() throws Exception {
    try (ServerSocket silent = new ServerSocket(0)) {
      URI url = URI.create("http://127.0.0.1:" + silent.getLocalPort());
      JsonClient hasty = new JsonClient(Duration.ofMillis(500), null);
      assertThatThrownBy(() -> hasty.get(url, SHORT))
          .isInstanceOf(IOException.class)
          .hasMessage("no answer within 0.5 s at " + url);
    }
  }

  @Test
  void server_thatIsNotThere_isSaidInWordsWithoutPath() throws Exception {
    URI url;
    try (ServerSocket closed = new ServerSocket(0)) {
      url = URI.create("http://127.0.0.1:" + closed.getLocalPort());
    }
    assertThatThrownBy(() -> once.get(url.resolve("/secret?token=x"), SHORT))
        .hasMessage("connection refused at " + url);
  }

  @Test
  void thread_interrupted_endsTheCall() throws Exception {
    try (ServerSocket silent = new ServerSocket(0)) {
      URI url = URI.create("http://127.0.0.1:" + silent.getLocalPort());
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> retrying(3, 9).get(url, SHORT))
          .isInstanceOf(InterruptedException.class);
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
  }
}
