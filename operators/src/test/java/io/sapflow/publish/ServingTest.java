package io.sapflow.publish;

import static io.sapflow.publish.ServedStore.V0;
import static io.sapflow.publish.ServedStore.V20;
import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.http.HttpPeer;
import io.sapflow.schema.VersionStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Threads of servers. */
@Timeout(60)
class ServingTest {

  private static final Duration SOON = Duration.ofMillis(50);
  private static final Duration NEVER = Duration.ofHours(1);

  @TempDir Path directory;
  private ServedStore store;

  private final StrictVllm one = new StrictVllm();
  private final StrictVllm other = new StrictVllm();
  private final HttpPeer onePeer = new HttpPeer(one);
  private final HttpPeer otherPeer = new HttpPeer(other);
  private final AtomicInteger pushes = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();

  @BeforeEach
  void open() {
    store = new ServedStore(directory);
  }

  @AfterEach
  void close() {
    onePeer.close();
    otherPeer.close();
  }

  private ServingThread thread(HttpPeer peer, Duration look) {
    return new ServingThread(
        store.adapters(peer),
        Duration.ofMillis(10),
        look,
        pushes::incrementAndGet,
        failures::incrementAndGet);
  }

  private Serving both(Duration look) {
    return new Serving(List.of(thread(onePeer, look), thread(otherPeer, look)));
  }

  private static void awaitOnly(StrictVllm server, String... versions) throws Exception {
    Set<String> names = new TreeSet<>();
    for (String version : versions) {
      names.add("helper-" + version);
    }
    HttpPeer.await(() -> server.adapters.keySet().equals(names));
  }

  @Test
  void thread_triesUntilItWorks_andFollowsMoves() throws Exception {
    store.promoted(V0);
    store.record("other", V0, VersionStatus.PROMOTED, null);
    one.failures.set(5);
    try (ServingThread thread = thread(onePeer, SOON)) {
      HttpPeer.await(() -> one.adapters.size() == 2 && pushes.get() == 2);
      assertThat(failures.get()).isEqualTo(5);
      store.promoted(V20);
      thread.moved("helper");
      HttpPeer.await(() -> pushes.get() == 3);
      assertThat(one.adapters).containsOnlyKeys("helper-" + V20, "other-" + V0);
    }
  }

  @Test
  void server_thatIsDown_doesNotHoldTheOtherUp_andFollowsWhenItIsBack() throws Exception {
    store.promoted(V0);
    other.down = true;
    try (Serving serving = both(NEVER)) {
      awaitOnly(one, V0);
      store.promoted(V20);
      serving.moved("helper");
      awaitOnly(one, V20);
      assertThat(store.served()).contains(V20);
      HttpPeer.await(() -> failures.get() > 1);
      other.down = false;
      awaitOnly(other, V20);
      assertThat(ServedStore.calls(otherPeer)).containsExactly("/v1/load helper-" + V20);
    }
  }

  @Test
  void rollback_whileAServerIsCutOff_reachesItWhenItIsBack() throws Exception {
    store.promoted(V0);
    store.promoted(V20);
    try (Serving serving = both(NEVER)) {
      awaitOnly(one, V20);
      awaitOnly(other, V20);
      other.down = true;
      store.rolledBack(V20, V0);
      serving.moved("helper");
      awaitOnly(one, V0);
      store.delete(V20); // as retention does
      HttpPeer.await(() -> failures.get() > 1);
      assertThat(other.adapters).containsOnlyKeys("helper-" + V20);
      other.down = false;
      awaitOnly(other, V0);
      assertThat(store.served()).contains(V0);
    }
  }

  @Test
  void server_restarted_isGivenItsAdaptersAgain_andTheOtherIsLeftAlone() throws Exception {
    store.promoted(V0);
    try (Serving serving = both(SOON)) {
      awaitOnly(one, V0);
      awaitOnly(other, V0);
      other.adapters.clear();
      awaitOnly(other, V0);
      assertThat(ServedStore.calls(onePeer)).containsExactly("/v1/load helper-" + V0);
    }
  }

  @Test
  void server_thatIsDownWithNothingNew_isCountedAtEachLook() throws Exception {
    store.promoted(V0);
    try (ServingThread thread = thread(onePeer, SOON)) {
      awaitOnly(one, V0);
      one.down = true;
      HttpPeer.await(() -> failures.get() > 2);
    }
  }

  @Test
  void load_thatEndsAfterARollback_isUndone_andClientsAreNotToldOfIt() throws Exception {
    store.promoted(V0);
    try (Serving serving = both(NEVER)) {
      awaitOnly(one, V0);
      awaitOnly(other, V0);
      one.slow = "helper-" + V20;
      other.slow = "helper-" + V20;
      store.promoted(V20);
      serving.moved("helper");
      HttpPeer.await(() -> one.loads.getQueueLength() == 1 && other.loads.getQueueLength() == 1);
      store.rolledBack(V20, V0);
      serving.moved("helper");
      one.loads.release();
      HttpPeer.await(() -> ServedStore.calls(onePeer).contains("/v1/unload helper-" + V20));
      assertThat(store.served()).contains(V0);
      other.loads.release();
      HttpPeer.await(() -> ServedStore.calls(otherPeer).contains("/v1/unload helper-" + V20));
      assertThat(store.served()).contains(V0);
      awaitOnly(one, V0);
      awaitOnly(other, V0);
    }
  }

  @Test
  void version_thatAServerHasLoadedTooLate_isUnloadedAtTheNextLook() throws Exception {
    store.promoted(V20);
    store.promoted(V0);
    try (Serving serving = both(SOON)) {
      awaitOnly(one, V0);
      one.adapters.put("helper-" + V20, "/mnt/helper/" + V20);
      awaitOnly(one, V0);
    }
  }

  @Test
  void start_withNothingNew_asksForNoLoading() throws Exception {
    store.promoted(V0);
    store.adapters(onePeer).align("helper");
    int before = onePeer.asked.size();
    try (ServingThread thread = thread(onePeer, SOON)) {
      HttpPeer.await(() -> onePeer.asked.size() > before + 2);
    }
    assertThat(ServedStore.calls(onePeer)).containsExactly("/v1/load helper-" + V0);
  }

  @Test
  void close_duringRequests_takesSeconds() throws Exception {
    store.promoted(V0);
    one.slow = "helper-" + V0;
    other.slow = "helper-" + V0;
    Serving serving = both(NEVER);
    HttpPeer.await(() -> one.loads.getQueueLength() == 1 && other.loads.getQueueLength() == 1);
    long began = System.nanoTime();
    serving.close();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
  }
}
