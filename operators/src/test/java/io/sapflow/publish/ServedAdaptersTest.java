package io.sapflow.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.adapter.LocalVersionFiles;
import io.sapflow.http.HttpPeer;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.VersionStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ServedAdaptersTest {

  private static final String V0 = "0-0123456789ab";
  private static final String V20 = "20-0123456789ab";

  @TempDir Path store;
  private LocalVersionFiles files;
  private PromotedPointer pointer;
  private long offset;

  private final StrictVllm vllm = new StrictVllm();
  private final HttpPeer peer = new HttpPeer(vllm);

  @BeforeEach
  void open() {
    files = new LocalVersionFiles(store);
    pointer = new PromotedPointer(files);
  }

  @AfterEach
  void close() {
    peer.close();
  }

  private ServedAdapters adapters() {
    VllmSettings settings = new VllmSettings(peer.url(""), new StorePath(store.toString(), "/mnt"));
    return new ServedAdapters(files, new VllmServer(settings, null), settings.store());
  }

  private void record(String adapter, String version, VersionStatus status, String parent)
      throws IOException {
    StoredVersions.write(store, adapter, version);
    pointer.accept(
        AdapterVersion.newBuilder()
            .setAdapterId(adapter)
            .setVersion(version)
            .setGeneration(0)
            .setStep(0)
            .setUpdates(0)
            .setUri("")
            .setSha256("")
            .setStatus(status)
            .setParent(parent)
            .build(),
        0,
        offset++);
  }

  private void promoted(String version) throws IOException {
    record("helper", version, VersionStatus.PROMOTED, null);
  }

  private List<String> calls() {
    return peer.asked.stream()
        .filter(asked -> asked.method().equals("POST"))
        .map(asked -> asked.path().replace("_lora_adapter", "") + " " + name(asked.body()))
        .toList();
  }

  private static String name(String body) {
    return body.replaceAll(".*\"lora_name\":\"([^\"]*)\".*", "$1");
  }

  private String served() throws IOException {
    return Files.readString(store.resolve("helper/served"));
  }

  @Test
  void promotion_loadsTheNewOne_thenUnloadsTheOneBefore() throws Exception {
    ServedAdapters adapters = adapters();
    assertThat(adapters.align("helper")).isFalse();
    promoted(V0);
    assertThat(adapters.align("helper")).isTrue();
    assertThat(vllm.adapters)
        .containsExactly(java.util.Map.entry("helper-" + V0, "/mnt/helper/" + V0));
    assertThat(served())
        .isEqualTo("{\n  \"name\" : \"helper-%1$s\",\n  \"version\" : \"%1$s\"\n}\n".formatted(V0));
    promoted(V20);
    assertThat(adapters.align("helper")).isTrue();
    assertThat(adapters.align("helper")).isFalse();
    assertThat(calls())
        .containsExactly(
            "/v1/load helper-" + V0, "/v1/load helper-" + V20, "/v1/unload helper-" + V0);
    assertThat(served()).contains("helper-" + V20).doesNotContain("unload");
  }

  @Test
  void promotion_ofAVersionThatIsGone_leavesWhatIsServedAndSaysSo() throws Exception {
    ServedAdapters adapters = adapters();
    promoted(V0);
    adapters.align("helper");
    promoted(V20);
    Files.delete(store.resolve("helper").resolve(V20).resolve("manifest.json"));
    assertThatThrownBy(() -> adapters.align("helper"))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "version "
                + V20
                + " of adapter helper is to be served, but the store has none of that name; what is"
                + " served stays");
    assertThat(calls()).containsExactly("/v1/load helper-" + V0);
  }

  @Test
  void rollback_ofTheServedVersion_loadsTheOneBeforeAgain() throws Exception {
    ServedAdapters adapters = adapters();
    promoted(V0);
    adapters.align("helper");
    promoted(V20);
    adapters.align("helper");
    record("helper", V20, VersionStatus.ROLLED_BACK, V0);
    assertThat(adapters.align("helper")).isTrue();
    assertThat(vllm.adapters).containsOnlyKeys("helper-" + V0);
    assertThat(calls().subList(3, 5))
        .containsExactly("/v1/load helper-" + V0, "/v1/unload helper-" + V20);
  }

  @Test
  void brokenOff_anywhere_goesOnFromTheFiles() throws Exception {
    promoted(V0);
    vllm.adapters.put("helper-" + V0, "/mnt/helper/" + V0); // loaded, but not written down
    adapters().align("helper");
    promoted(V20);
    new ServedName("helper-" + V20, V20, List.of("helper-" + V0)).write(files, "helper");
    vllm.adapters.clear(); // unloaded, but not written down
    vllm.adapters.put("helper-" + V20, "/mnt/helper/" + V20);
    assertThat(adapters().align("helper")).isTrue();
    assertThat(vllm.adapters).containsOnlyKeys("helper-" + V20);
    assertThat(served()).doesNotContain("unload");
  }

  @Test
  void pointer_movedBackBeforeTheUnload_keepsWhatServesAgain() throws Exception {
    promoted(V0);
    adapters().align("helper");
    vllm.adapters.put("helper-" + V20, "/mnt/helper/" + V20);
    new ServedName("helper-" + V20, V20, List.of("helper-" + V0)).write(files, "helper");
    assertThat(adapters().align("helper")).isTrue();
    assertThat(vllm.adapters).containsOnlyKeys("helper-" + V0);
  }

  @Test
  void server_restarted_isGivenItsAdaptersAgain() throws Exception {
    ServedAdapters adapters = adapters();
    promoted(V0);
    adapters.align("helper");
    assertThat(adapters.lost()).isEmpty();
    vllm.adapters.clear();
    assertThat(adapters.lost()).containsExactly("helper");
    assertThat(adapters.align("helper")).isTrue();
    assertThat(adapters.lost()).isEmpty();
    assertThat(vllm.adapters).containsOnlyKeys("helper-" + V0);
  }

  @Test
  void server_thatAllowsNoLoading_isSaidInWords() throws Exception {
    peer.behaviour = asked -> new HttpPeer.Said(404, "{\"detail\":\"Not Found\"}");
    promoted(V0);
    assertThatThrownBy(() -> adapters().align("helper"))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "loading helper-%1$s from /mnt/helper/%1$s: answered 404 at %2$s: {\"detail\":\"Not Found\"};"
                    .formatted(V0, peer.url(""))
                + " expected a server started with --enable-lora and"
                + " VLLM_ALLOW_RUNTIME_LORA_UPDATING=True");
    assertThat(store.resolve("helper/served")).doesNotExist();
  }

  @Test
  void thread_triesUntilItWorks_andFollowsMoves() throws Exception {
    promoted(V0);
    record("other", V0, VersionStatus.PROMOTED, null);
    vllm.failures.set(5);
    AtomicInteger pushes = new AtomicInteger();
    AtomicInteger failures = new AtomicInteger();
    try (ServingThread thread =
        new ServingThread(
            adapters(),
            Duration.ofMillis(10),
            Duration.ofMillis(50),
            pushes::incrementAndGet,
            failures::incrementAndGet)) {
      HttpPeer.await(() -> vllm.adapters.size() == 2 && pushes.get() == 2);
      assertThat(failures.get()).isEqualTo(5);
      promoted(V20);
      thread.moved("helper");
      HttpPeer.await(() -> pushes.get() == 3);
      assertThat(vllm.adapters).containsOnlyKeys("helper-" + V20, "other-" + V0);
      vllm.adapters.clear();
      HttpPeer.await(() -> vllm.adapters.size() == 2);
    }
  }

  @Test
  void start_withNothingNew_asksForNoLoading() throws Exception {
    promoted(V0);
    adapters().align("helper");
    try (ServingThread thread =
        new ServingThread(
            adapters(), Duration.ofMillis(10), Duration.ofMillis(20), () -> {}, () -> {})) {
      HttpPeer.await(() -> peer.asked.stream().anyMatch(asked -> asked.method().equals("GET")));
    }
    assertThat(calls()).containsExactly("/v1/load helper-" + V0);
  }

  @Test
  void close_duringARequest_takesSeconds() throws Exception {
    promoted(V0);
    peer.behaviour =
        asked -> {
          Thread.sleep(60_000);
          return new HttpPeer.Said(200, "");
        };
    long began = System.nanoTime();
    new ServingThread(adapters(), Duration.ofSeconds(1), Duration.ofMinutes(1), () -> {}, () -> {})
        .close();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
  }
}
