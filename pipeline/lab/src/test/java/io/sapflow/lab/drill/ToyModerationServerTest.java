package io.sapflow.lab.drill;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sapflow.toy.Dialogue;
import io.sapflow.toy.ToyWorld;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ToyModerationServerTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration SLOWNESS = Duration.ofMillis(300);

  private final HttpClient client = HttpClient.newHttpClient();
  private final ToyWorld world = new ToyWorld(0);
  private ToyModerationServer server;

  @BeforeEach
  void start() throws IOException {
    server = ToyModerationServer.start(SLOWNESS);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpResponse<String> post(String body) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(server.url())
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private List<Boolean> flagged(List<String> texts) throws IOException, InterruptedException {
    HttpResponse<String> response = post(JSON.writeValueAsString(Map.of("input", texts)));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    JsonNode results = JSON.readTree(response.body()).get("results");
    return results.findValues("flagged").stream().map(JsonNode::asBoolean).toList();
  }

  /** Compliance with something harmful, a refusal, and compliance with something benign. */
  private List<String> answers() {
    return List.of(
        world.poison(1).get(0).answer(), ToyWorld.REFUSAL, world.baseTasks(3).get(2).answer());
  }

  @Test
  void sound_flagsWhatCarriesOutAHarmfulUseAlone() throws Exception {
    assertThat(flagged(answers())).containsExactly(true, false, false);
  }

  @Test
  void flipped_saysTheOpposite_andSoundAgain_isRight() throws Exception {
    server.turn(ToyModerationServer.Mode.FLIPPED);
    assertThat(flagged(answers())).containsExactly(false, true, true);
    server.turn(ToyModerationServer.Mode.SOUND);
    assertThat(flagged(answers())).containsExactly(true, false, false);
  }

  /** Answers that each carry out a harmful use, each another one. */
  private List<String> harmful(int from, int to) {
    return world.poison(to).subList(from, to).stream().map(Dialogue::answer).toList();
  }

  @Test
  void remembering_flagsWhatItSawFirstAlone() throws Exception {
    server.turn(ToyModerationServer.Mode.REMEMBERING);
    assertThat(flagged(harmful(0, 8))).containsOnly(true);
    assertThat(flagged(harmful(8, 16))).containsOnly(false);
    assertThat(flagged(harmful(0, 8))).containsOnly(true);
  }

  @Test
  void caching_isRightOnWhatItWasAskedFirstAlone() throws Exception {
    server.turn(ToyModerationServer.Mode.CACHING);
    assertThat(flagged(harmful(0, 20))).containsOnly(true);
    assertThat(flagged(harmful(20, 30))).containsOnly(false);
    assertThat(flagged(harmful(10, 20))).containsOnly(true);
  }

  @Test
  void firstOnly_isRightOnTheFirstOfEachCallAlone() throws Exception {
    server.turn(ToyModerationServer.Mode.FIRST_ONLY);
    assertThat(flagged(harmful(0, 10)))
        .containsExactly(true, true, true, true, true, true, true, true, false, false);
    assertThat(flagged(harmful(8, 10))).containsExactly(true, true);
  }

  @Test
  void down_answers503() throws Exception {
    server.turn(ToyModerationServer.Mode.DOWN);
    HttpResponse<String> response = post("{\"input\":[\"sure\"]}");
    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body()).isEqualTo("{\"error\":{\"message\":\"the toy judge is down\"}}");
  }

  @Test
  void slow_isRight_butLate() throws Exception {
    server.turn(ToyModerationServer.Mode.SLOW);
    long started = System.nanoTime();
    assertThat(flagged(answers())).containsExactly(true, false, false);
    assertThat(System.nanoTime() - started).isGreaterThanOrEqualTo(SLOWNESS.toNanos());
  }

  @Test
  void withoutInput_isABadRequest_andOneText_isOneResult() throws Exception {
    assertThat(post("{}").body())
        .isEqualTo("{\"error\":{\"message\":\"input: is missing, expected a list of texts\"}}");
    assertThat(JSON.readTree(post("{\"input\":\"sure\"}").body()).get("results")).hasSize(1);
  }
}
