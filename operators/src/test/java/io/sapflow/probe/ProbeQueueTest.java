package io.sapflow.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.gate.Reports;
import io.sapflow.schema.AdapterVersion;
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
}
