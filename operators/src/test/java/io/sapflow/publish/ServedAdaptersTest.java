package io.sapflow.publish;

import static io.sapflow.publish.ServedStore.V0;
import static io.sapflow.publish.ServedStore.V10;
import static io.sapflow.publish.ServedStore.V20;
import static io.sapflow.publish.ServedStore.V30;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.http.HttpPeer;
import io.sapflow.schema.VersionStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ServedAdaptersTest {

  @TempDir Path directory;
  private ServedStore store;

  private final StrictVllm vllm = new StrictVllm();
  private final HttpPeer peer = new HttpPeer(vllm);

  @BeforeEach
  void open() {
    store = new ServedStore(directory);
  }

  @AfterEach
  void close() {
    peer.close();
  }

  private List<String> calls() {
    return ServedStore.calls(peer);
  }

  @Test
  void promotion_loadsTheNewOne_thenUnloadsTheOneBefore() throws Exception {
    ServedAdapters adapters = store.adapters(peer);
    assertThat(adapters.align("helper")).isFalse();
    store.promoted(V0);
    assertThat(adapters.align("helper")).isTrue();
    assertThat(vllm.adapters).containsExactly(Map.entry("helper-" + V0, "/mnt/helper/" + V0));
    assertThat(store.served())
        .isEqualTo("{\n  \"name\" : \"helper-%1$s\",\n  \"version\" : \"%1$s\"\n}\n".formatted(V0));
    store.promoted(V20);
    assertThat(adapters.align("helper")).isTrue();
    assertThat(adapters.align("helper")).isFalse();
    assertThat(calls())
        .containsExactly(
            "/v1/load helper-" + V0, "/v1/load helper-" + V20, "/v1/unload helper-" + V0);
    assertThat(store.served()).contains("helper-" + V20);
  }

  @Test
  void promotion_ofAVersionThatIsGone_leavesWhatIsServedAndSaysSo() throws Exception {
    ServedAdapters adapters = store.adapters(peer);
    store.promoted(V0);
    adapters.align("helper");
    store.promoted(V20);
    store.delete(V20);
    assertThatThrownBy(() -> adapters.align("helper"))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "version "
                + V20
                + " of adapter helper is to be served, but the store has none of that name; what is"
                + " served stays, unless a rollback has undone it");
    assertThat(calls()).containsExactly("/v1/load helper-" + V0);
  }

  @Test
  void rollback_ofTheServedVersion_loadsTheOneBeforeAgain() throws Exception {
    ServedAdapters adapters = store.adapters(peer);
    store.promoted(V0);
    adapters.align("helper");
    store.promoted(V20);
    adapters.align("helper");
    store.rolledBack(V20, V0);
    assertThat(adapters.align("helper")).isTrue();
    assertThat(vllm.adapters).containsOnlyKeys("helper-" + V0);
    assertThat(calls().subList(3, 5))
        .containsExactly("/v1/load helper-" + V0, "/v1/unload helper-" + V20);
  }

  @Test
  void rollback_toAVersionThatCannotBeLoaded_unloadsWhatWasUndoneAllTheSame() throws Exception {
    ServedAdapters adapters = store.adapters(peer);
    store.promoted(V10);
    store.promoted(V20);
    adapters.align("helper");
    store.rolledBack(V20, V10);
    vllm.failures.set(1);
    assertThatThrownBy(() -> adapters.align("helper")).hasMessageContaining("answered 500");
    assertThat(vllm.adapters).isEmpty();
    assertThat(adapters.align("helper")).isTrue();
    assertThat(vllm.adapters).containsOnlyKeys("helper-" + V10);
    assertThat(store.served()).contains(V10);
  }

  @Test
  void promotion_thatCannotBeLoadedAfterARollback_leavesWhatIsServed() throws Exception {
    ServedAdapters adapters = store.adapters(peer);
    store.promoted(V0);
    store.promoted(V10);
    store.rolledBack(V10, V0);
    adapters.align("helper");
    vllm.adapters.put("helper-" + V10, "/mnt/helper/" + V10); // loaded late
    store.promoted(V20);
    vllm.failures.set(1);
    assertThatThrownBy(() -> adapters.align("helper")).hasMessageContaining("answered 500");
    assertThat(vllm.adapters).as("not what was undone").containsOnlyKeys("helper-" + V0);
  }

  @Test
  void promotion_thatCannotBeLoaded_afterARollbackThatNeverReachedTheServer_unloadsWhatWasUndone()
      throws Exception {
    ServedAdapters adapters = store.adapters(peer);
    store.promoted(V10);
    store.promoted(V20);
    adapters.align("helper");
    store.rolledBack(V20, V10);
    store.promoted(V30);
    vllm.failures.set(1);
    assertThatThrownBy(() -> adapters.align("helper")).hasMessageContaining("answered 500");
    assertThat(vllm.adapters).isEmpty();
  }

  @Test
  void promotion_thatCannotBeLoaded_afterTwoRollbacks_unloadsWhatTheFirstHasUndone()
      throws Exception {
    ServedAdapters adapters = store.adapters(peer);
    store.promoted(V0);
    store.promoted(V10);
    adapters.align("helper");
    store.rolledBack(V10, V0);
    store.promoted(V20);
    store.promoted(V30);
    store.rolledBack(V30, V20);
    vllm.failures.set(1);
    assertThatThrownBy(() -> adapters.align("helper")).hasMessageContaining("answered 500");
    assertThat(vllm.adapters).isEmpty();
  }

  @Test
  void unload_thatFailsAfterALoadThatFailed_hidesNeitherTheLoadsFailure_norTheOtherUnloads()
      throws Exception {
    ServedAdapters adapters = store.adapters(peer);
    store.promoted(V0);
    store.record("helper", V10, VersionStatus.CANDIDATE, null);
    vllm.adapters.put("helper-" + V10, "/mnt/helper/" + V10);
    vllm.adapters.put("helper-" + V20, "/mnt/helper/" + V20);
    store.record("helper", V10, VersionStatus.ROLLED_BACK, V0);
    store.record("helper", V20, VersionStatus.ROLLED_BACK, V0);
    vllm.failures.set(2);
    assertThatThrownBy(() -> adapters.align("helper"))
        .hasMessageContaining("loading helper-" + V0)
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    assertThat(vllm.adapters).containsOnlyKeys("helper-" + V10);
  }

  @Test
  void brokenOff_anywhere_goesOnFromTheFilesAndTheServersList() throws Exception {
    store.promoted(V0);
    vllm.adapters.put("helper-" + V0, "/mnt/helper/" + V0); // loaded, but not written down
    assertThat(store.adapters(peer).align("helper")).isFalse();
    assertThat(store.served()).contains(V0);
    store.promoted(V20);
    ServedName.of("helper", V20).write(store.files, "helper");
    vllm.adapters.put("helper-" + V20, "/mnt/helper/" + V20); // written down, V0 not unloaded
    assertThat(store.adapters(peer).align("helper")).isTrue();
    assertThat(vllm.adapters).containsOnlyKeys("helper-" + V20);
    assertThat(calls()).containsExactly("/v1/unload helper-" + V0);
  }

  @Test
  void pointer_movedBackBeforeTheUnload_keepsWhatServesAgain() throws Exception {
    store.promoted(V0);
    store.adapters(peer).align("helper");
    vllm.adapters.put("helper-" + V20, "/mnt/helper/" + V20);
    ServedName.of("helper", V20).write(store.files, "helper");
    assertThat(store.adapters(peer).align("helper")).isTrue();
    assertThat(vllm.adapters).containsOnlyKeys("helper-" + V0);
    assertThat(store.served()).contains(V0);
  }

  @Test
  void versionThatTheStoreHasNoMore_isUnloadedByWhereItWasLoadedFrom() throws Exception {
    ServedAdapters adapters = store.adapters(peer);
    store.promoted(V0);
    adapters.align("helper");
    store.promoted(V20);
    store.delete(V0);
    assertThat(adapters.align("helper")).isTrue();
    assertThat(vllm.adapters).containsOnlyKeys("helper-" + V20);
  }

  @Test
  void adapters_thatAreOfNoVersionOfThisStore_stay() throws Exception {
    vllm.adapters.put("helper-" + V10, "/other/helper/" + V10);
    vllm.adapters.put("helper-by-hand", "/mnt/helper/" + V0);
    vllm.adapters.put("helper-2-" + V10, "/mnt/helper-2/" + V10);
    ServedAdapters adapters = store.adapters(peer);
    store.promoted(V0);
    adapters.align("helper");
    assertThat(vllm.adapters).hasSize(4);
    assertThat(adapters.strayed()).isEmpty();
  }

  @Test
  void server_restarted_isGivenItsAdaptersAgain() throws Exception {
    ServedAdapters adapters = store.adapters(peer);
    store.promoted(V0);
    adapters.align("helper");
    assertThat(adapters.strayed()).isEmpty();
    vllm.adapters.clear();
    assertThat(adapters.strayed()).containsExactly("helper");
    assertThat(adapters.align("helper")).isTrue();
    assertThat(adapters.strayed()).isEmpty();
    assertThat(vllm.adapters).containsOnlyKeys("helper-" + V0);
  }

  @Test
  void server_thatAllowsNoLoading_isSaidInWords() throws Exception {
    peer.behaviour =
        asked ->
            asked.method().equals("GET")
                ? vllm.answer(asked)
                : new HttpPeer.Said(404, "{\"detail\":\"Not Found\"}");
    store.promoted(V0);
    assertThatThrownBy(() -> store.adapters(peer).align("helper"))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "loading helper-%1$s from /mnt/helper/%1$s: answered 404 at %2$s: {\"detail\":\"Not Found\"};"
                    .formatted(V0, peer.url(""))
                + " expected a server started with --enable-lora and"
                + " VLLM_ALLOW_RUNTIME_LORA_UPDATING=True");
    assertThat(store.served()).isEmpty();
  }

  @Test
  void server_thatAllowsLoadingFromElsewhere_isSaidInWords() throws Exception {
    vllm.prefix = "/models";
    store.promoted(V0);
    assertThatThrownBy(() -> store.adapters(peer).align("helper"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Local LoRA adapter path is outside the configured allowed prefixes.")
        .hasMessageEndingWith(
            "; expected a server started with VLLM_RUNTIME_LORA_ALLOWED_PATH_PREFIXES=/mnt, the"
                + " store as that server sees it");
    assertThat(store.served()).isEmpty();
  }
}
