package io.sapflow.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.gate.Reports;
import io.sapflow.schema.AdapterVersion;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProbeQueueTest {

  private final ProbeQueue queue = new ProbeQueue();

  private static AdapterVersion version(String adapter, long step) {
    return Reports.candidate(adapter, step);
  }

  @Test
  void version_waiting_isSupersededByANewerOne() {
    assertThat(queue.offer(version("a", 0))).isNull();
    assertThat(queue.offer(version("a", 20))).isEqualTo(version("a", 0));
    assertThat(queue.next()).isEqualTo(version("a", 20));
  }

  @Test
  void version_beingProbed_isNotSuperseded() {
    queue.offer(version("a", 0));
    assertThat(queue.next()).isEqualTo(version("a", 0));
    assertThat(queue.offer(version("a", 20))).isNull();
    assertThat(queue.next()).isNull();
    queue.done();
    assertThat(queue.next()).isEqualTo(version("a", 20));
  }

  @Test
  void adapters_takeTurns_andANewerVersionKeepsThePlace() {
    queue.offer(version("a", 0));
    queue.offer(version("b", 0));
    queue.offer(version("a", 20));
    assertThat(queue.next()).isEqualTo(version("a", 20));
    queue.offer(version("a", 40));
    queue.done();
    assertThat(queue.next()).isEqualTo(version("b", 0));
    queue.done();
    assertThat(queue.next()).isEqualTo(version("a", 40));
    assertThat(queue.isEmpty()).isFalse();
    queue.done();
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void servedAdapter_waitsForOneOfManyNewOnes() {
    for (int i = 0; i < 64; i++) {
      queue.offer(version("new-" + i, 0));
    }
    assertThat(queue.next().getAdapterId()).isEqualTo("new-0");
    queue.offer(served("a", 40));
    List<String> probed = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      queue.done();
      probed.add(queue.next().getAdapterId());
      queue.offer(served("a", 60 + i));
    }
    assertThat(probed).containsExactly("a", "new-1", "a", "new-2");
  }

  @Test
  void versionAfterVersionZeroOnly_isANewAdapters() {
    queue.offer(version("b", 0));
    queue.offer(AdapterVersion.newBuilder(version("a", 20)).setParent("0-0123456789ab").build());
    queue.offer(served("c", 20));
    assertThat(queue.next().getAdapterId()).isEqualTo("b");
    queue.done();
    assertThat(queue.next().getAdapterId()).isEqualTo("c");
    queue.done();
    assertThat(queue.next().getAdapterId()).isEqualTo("a");
  }

  private static AdapterVersion served(String adapter, long step) {
    return AdapterVersion.newBuilder(version(adapter, step)).setParent("20-0123456789ab").build();
  }
}
