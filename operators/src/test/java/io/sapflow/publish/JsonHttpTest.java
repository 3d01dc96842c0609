package io.sapflow.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class JsonHttpTest {

  private final JsonHttp http = new JsonHttp(Duration.ofSeconds(5), "Bearer make-believe");

  @Test
  void post_carriesTheAuthorization_readsTheAnswer() throws Exception {
    try (HttpPeer peer = new HttpPeer(asked -> new HttpPeer.Said(201, "fine"))) {
      JsonHttp.Reply reply = http.post(peer.url("/x"), new byte[] {'{', '}'}, 100);
      assertThat(reply).isEqualTo(new JsonHttp.Reply(201, "fine"));
      assertThat(reply.ok()).isTrue();
      assertThat(peer.asked)
          .containsExactly(new HttpPeer.Asked("POST", "/x", "Bearer make-believe", "{}"));
    }
  }

  @Test
  void answer_longerThanTheBound_isCut() throws Exception {
    try (HttpPeer peer = new HttpPeer(asked -> new HttpPeer.Said(400, "x".repeat(1_000_000)))) {
      JsonHttp.Reply reply = http.get(peer.url("/"), 1000);
      assertThat(reply.body()).hasSize(1000);
      assertThat(reply.words()).isEqualTo("answered 400: " + "x".repeat(200));
    }
  }

  @Test
  void words_areOneLine() {
    assertThat(new JsonHttp.Reply(500, "a\n\u001b[1mb\n").words())
        .isEqualTo("answered 500: a [1mb");
    assertThat(new JsonHttp.Reply(500, "").words()).isEqualTo("answered 500");
  }

  @Test
  void server_thatNeverAnswers_isGivenUp() throws Exception {
    try (ServerSocket silent = new ServerSocket(0)) {
      URI url = URI.create("http://127.0.0.1:" + silent.getLocalPort());
      JsonHttp hasty = new JsonHttp(Duration.ofSeconds(1), null);
      assertThatThrownBy(() -> hasty.get(url, 10))
          .isInstanceOf(IOException.class)
          .hasMessageMatching("gave no answer within 1 s|cannot be reached: HttpTimeout.*");
    }
  }

  @Test
  void server_thatIsNotThere_isSaidInWords() throws Exception {
    URI url;
    try (ServerSocket closed = new ServerSocket(0)) {
      url = URI.create("http://127.0.0.1:" + closed.getLocalPort());
    }
    assertThatThrownBy(() -> http.get(url, 10))
        .hasMessageStartingWith("cannot be reached: Connect");
  }

  @Test
  void header_ofOneLine_fits() {
    assertThat(JsonHttp.fitsHeader("Bearer abc")).isTrue();
    assertThat(JsonHttp.fitsHeader("Bearer abc\nX: y")).isFalse();
    assertThat(JsonHttp.fitsHeader("Bearer ä")).isFalse();
  }
}
