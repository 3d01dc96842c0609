package io.sapflow.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.http.HttpPeer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What servers of different ages answer. */
@Timeout(60)
class VllmServerTest {

  private final HttpPeer peer = new HttpPeer(new StrictVllm());
  private final VllmServer server = new VllmServer(peer.url(""), null);

  @AfterEach
  void close() {
    peer.close();
  }

  private void answers(int status, String body) {
    peer.behaviour = asked -> new HttpPeer.Said(status, body);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "400|{\"object\":\"error\",\"message\":\"The lora adapter 'x' cannot be found.\",\"type\":\"InvalidUserInput\",\"param\":null,\"code\":400}",
        "404|{\"object\":\"error\",\"message\":\"The lora adapter 'x' cannot be found.\",\"type\":\"NotFoundError\",\"param\":null,\"code\":404}",
        "404|{\"error\":{\"message\":\"The model `x` does not exist.\",\"type\":\"NotFoundError\",\"param\":\"model\",\"code\":404}}",
        "404|{\"error\":{\"message\":\"unknown\",\"type\":\"invalid_request_error\",\"code\":\"model_not_found\"}}"
      })
  void unload_ofWhatIsNotThere_isGone(int status, String body) {
    answers(status, body);
    assertThatCode(() -> server.unload("x")).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "404|{\"detail\":\"Not Found\"}",
        "404|<html>no route</html>",
        "500|{\"error\":{\"message\":\"failed to unload LoRA adapter 'helper-0': x\"}}",
        "302|~~"
      })
  void unload_thatCameNowhere_isNotGone(int status, String body) {
    answers(status, body);
    assertThatThrownBy(() -> server.unload("helper-0"))
        .hasMessageStartingWith("unloading helper-0: answered " + status);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "400|Local LoRA adapter paths require VLLM_RUNTIME_LORA_ALLOWED_PATH_PREFIXES to be configured.",
        "403|Local LoRA adapter path is outside the configured allowed prefixes.",
        "500|Runtime LoRA path policy is unavailable; check the server configuration.",
        "500|configured path prefix must exist and be accessible"
      })
  void load_refusedForItsPlace_namesTheVariable(int status, String message) {
    answers(status, "{\"error\":{\"message\":\"" + message + "\"}}");
    assertThatThrownBy(() -> server.load("x", "/mnt/store/helper/0-0123456789ab"))
        .hasMessageEndingWith(
            "; expected a server started with"
                + " VLLM_RUNTIME_LORA_ALLOWED_PATH_PREFIXES=/mnt/store, the store as that server"
                + " sees it");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400|Local LoRA adapter path must exist and be accessible.",
        "404|No adapter found for /mnt/store/helper/0-0123456789ab"
      })
  void load_ofWhatTheServerDoesNotSee_namesThePathMap(int status, String message) {
    answers(status, "{\"error\":{\"message\":\"" + message + "\"}}");
    assertThatThrownBy(() -> server.load("x", "/mnt/store/helper/0-0123456789ab"))
        .hasMessageContaining("sapflow.publish.vllm.path-map");
  }

  @Test
  void load_ofWhatIsThere_isDone() {
    answers(
        400,
        "{\"object\":\"error\",\"message\":\"The lora adapter 'x' has already been loaded. If you"
            + " want to load the adapter in place, set 'load_inplace' to True.\",\"code\":400}");
    assertThatCode(() -> server.load("x", "/mnt/x")).doesNotThrowAnyException();
  }

  @Test
  void models_areBasesAndAdapters() throws Exception {
    server.load("x", "/mnt/helper/x");
    assertThat(server.models())
        .containsExactly(
            new VllmModel("base", "/models/base", false),
            new VllmModel("x", "/mnt/helper/x", true));
  }

  @Test
  void requireLoading_loadsNothing() throws Exception {
    server.requireLoading();
    assertThat(peer.asked).allMatch(asked -> asked.method().equals("GET"));
    for (String body : new String[] {"", "{\"detail\":\"Not Found\"}"}) {
      answers(404, body);
      assertThatThrownBy(server::requireLoading)
          .hasMessageContaining("VLLM_ALLOW_RUNTIME_LORA_UPDATING=True");
    }
  }
}
