package io.sapflow.publish;

import static io.sapflow.publish.TestAlerts.firing;
import static io.sapflow.publish.TestAlerts.resolved;
import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.http.HttpPeer;
import io.sapflow.ingest.RawRecord;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.schema.Topics;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The function in Flink's harness, with a real server on loopback. */
@Timeout(60)
class WebhookFunctionTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** A function in its harness, whose clock the test moves. */
  private static final class Telling implements AutoCloseable {
    final WebhookFunction function;
    final KeyedOneInputStreamOperatorTestHarness<String, RawRecord, QuarantinedRecord> harness;

    Telling(URI url, WebhookKind kind, long now, OperatorSubtaskState restored) throws Exception {
      this(
          TestAlerts.settings(kind, MINUTE, url == null ? new URI[0] : new URI[] {url}),
          now,
          restored);
    }

    Telling(WebhookSettings settings, long now, OperatorSubtaskState restored) throws Exception {
      function = new WebhookFunction(settings, Duration.ofSeconds(10));
      harness =
          new KeyedOneInputStreamOperatorTestHarness<>(
              new KeyedProcessOperator<>(function), WebhookFunction.fingerprint(), Types.STRING);
      harness.setProcessingTime(now);
      harness.setup();
      if (restored != null) {
        harness.initializeState(restored);
      }
      harness.open();
    }

    void alert(SafetyAlert alert) throws Exception {
      record(alert.getFingerprint(), RecordCodec.of(SafetyAlert.class).encode(alert));
    }

    void record(String key, byte[] value) throws Exception {
      harness.processElement(
          new RawRecord(
              Topics.ALERTS, 0, 7, 0, key.getBytes(StandardCharsets.UTF_8), value, new byte[0]),
          0);
    }

    /** Moves the clock, second by second as timers see it. */
    void at(long seconds) throws Exception {
      while (harness.getProcessingTime() < seconds * 1000) {
        harness.setProcessingTime(harness.getProcessingTime() + 1000);
      }
    }

    int timers() {
      return harness.numProcessingTimeTimers();
    }

    @Override
    public void close() throws Exception {
      harness.close();
    }
  }

  private static void posts(HttpPeer peer, int count) throws InterruptedException {
    HttpPeer.await(() -> peer.asked.size() >= count);
    Thread.sleep(50); // for the answer's way, and for a post too many
    assertThat(peer.asked).hasSize(count);
  }

  @Test
  void alertmanager_isToldEveryMinute_untilItIsResolved() throws Exception {
    try (HttpPeer peer = new HttpPeer(new StrictAlertmanager());
        Telling telling = new Telling(peer.url(""), WebhookKind.ALERTMANAGER, 0, null)) {
      telling.alert(firing("a"));
      posts(peer, 1);
      telling.at(59);
      posts(peer, 1);
      telling.at(60);
      posts(peer, 2);
      telling.at(120);
      posts(peer, 3);
      telling.alert(resolved("a"));
      posts(peer, 4);
      assertThat(peer.asked.get(3).body()).contains("endsAt");
      telling.at(600);
      posts(peer, 4);
      assertThat(telling.timers()).isZero();
      assertThat(telling.harness.numKeyedStateEntries()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ALERTMANAGER")
  void others_areToldOfEachChangeOnce(WebhookKind kind) throws Exception {
    try (HttpPeer peer = new HttpPeer(asked -> new HttpPeer.Said(202, ""));
        Telling telling = new Telling(peer.url("/hook"), kind, 0, null)) {
      telling.alert(firing("a"));
      posts(peer, 1);
      telling.at(300);
      posts(peer, 1);
      telling.alert(resolved("a"));
      posts(peer, 2);
      telling.at(600);
      posts(peer, 2);
      assertThat(telling.harness.numKeyedStateEntries()).isZero();
    }
  }

  @Test
  void restart_tellsAgainWhatFires_andWhatWasNotAcknowledged() throws Exception {
    OperatorSubtaskState snapshot;
    try (HttpPeer peer = new HttpPeer(asked -> new HttpPeer.Said(503, "starting"));
        Telling telling = new Telling(peer.url(""), WebhookKind.ALERTMANAGER, 0, null)) {
      telling.alert(firing("a"));
      telling.alert(resolved("b"));
      posts(peer, 2);
      snapshot = telling.harness.snapshot(1, 1);
    }
    try (HttpPeer peer = new HttpPeer(new StrictAlertmanager());
        Telling telling =
            new Telling(peer.url(""), WebhookKind.ALERTMANAGER, 3_600_000, snapshot)) {
      telling.at(3601);
      posts(peer, 2);
      telling.at(3610);
      assertThat(telling.timers()).isOne();
      telling.at(3670);
      posts(peer, 3);
      assertThat(peer.asked.get(2).body()).contains("\"adapter\":\"a\"");
    }
  }

  @Test
  void webhook_namedAtARestart_hearsOfWhatFires() throws Exception {
    OperatorSubtaskState snapshot;
    try (Telling telling = new Telling(null, WebhookKind.ALERTMANAGER, 0, null)) {
      telling.alert(firing("a"));
      telling.alert(firing("b"));
      telling.alert(resolved("b"));
      telling.at(30);
      snapshot = telling.harness.snapshot(1, 1);
    }
    try (HttpPeer peer = new HttpPeer(new StrictAlertmanager());
        Telling telling = new Telling(peer.url(""), WebhookKind.ALERTMANAGER, 60_000, snapshot)) {
      telling.at(70);
      posts(peer, 1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 407, 408, 425, 429, 500, 502, 503})
  void answers_thatMayPass_areTriedAgainByThemselves(int status) throws Exception {
    try (HttpPeer peer = new HttpPeer(asked -> new HttpPeer.Said(status, "in passing"));
        Telling telling = new Telling(peer.url("/hook"), WebhookKind.GENERIC, 0, null)) {
      telling.alert(firing("a"));
      HttpPeer.await(() -> peer.asked.size() == 1);
      peer.behaviour = asked -> new HttpPeer.Said(204, "");
      HttpPeer.await(() -> peer.asked.size() == 2);
      posts(peer, 2);
      telling.at(3600);
      posts(peer, 2);
    }
  }

  @Test
  void firing_thatIsRefused_isToldAgainEveryMinute() throws Exception {
    try (HttpPeer peer = new HttpPeer(asked -> new HttpPeer.Said(400, "not so"));
        Telling telling = new Telling(peer.url("/hook"), WebhookKind.GENERIC, 0, null)) {
      telling.alert(firing("a"));
      posts(peer, 1);
      telling.at(59);
      posts(peer, 1);
      telling.at(65);
      posts(peer, 2);
      peer.behaviour = asked -> new HttpPeer.Said(204, "");
      telling.at(130);
      posts(peer, 3);
      telling.at(600);
      posts(peer, 3);
    }
  }

  @Test
  void pair_whoseOneIsSilent_theOtherHearsAllInTime() throws Exception {
    try (ServerSocket silent = new ServerSocket(0);
        HttpPeer peer = new HttpPeer(new StrictAlertmanager());
        Telling telling =
            new Telling(
                TestAlerts.settings(
                    WebhookKind.ALERTMANAGER,
                    MINUTE,
                    URI.create("http://127.0.0.1:" + silent.getLocalPort()),
                    peer.url("")),
                0,
                null)) {
      telling.alert(firing("a"));
      telling.alert(firing("b"));
      posts(peer, 2);
      telling.at(59);
      posts(peer, 2);
      telling.at(61);
      posts(peer, 4);
      telling.alert(resolved("a"));
      posts(peer, 5);
    }
  }

  @Test
  void resolved_isKeptFiring_alsoOverARestart() throws Exception {
    OperatorSubtaskState snapshot;
    try (HttpPeer peer = new HttpPeer(new StrictAlertmanager())) {
      WebhookSettings keeping =
          TestAlerts.settings(
              WebhookKind.ALERTMANAGER, MINUTE, Duration.ofMinutes(6), false, peer.url(""));
      try (Telling telling = new Telling(keeping, 0, null)) {
        telling.alert(firing("a"));
        posts(peer, 1);
        telling.at(10);
        telling.alert(resolved("a"));
        posts(peer, 2);
        assertThat(peer.asked.get(1).body())
            .contains("\"cleared\":\"2025-11-24T16:01:30.500Z: adapter a: harmful score 0.250\"");
        snapshot = telling.harness.snapshot(1, 1);
      }
      try (Telling telling = new Telling(keeping, 20_000, snapshot)) {
        telling.at(369);
        HttpPeer.await(() -> peer.asked.size() > 2);
        assertThat(peer.asked).noneMatch(asked -> asked.body().contains(ENDED));
        telling.at(371);
        HttpPeer.await(() -> peer.asked.stream().anyMatch(asked -> asked.body().contains(ENDED)));
        Thread.sleep(50);
        telling.at(400);
        assertThat(telling.harness.numKeyedStateEntries()).isZero();
      }
    }
  }

  private static final String ENDED = "\"endsAt\":\"2025-11-24T16:01:30.500Z\"";

  @Test
  void heartbeat_isToldAsCheckpointsComplete() throws Exception {
    try (HttpPeer peer = new HttpPeer(new StrictAlertmanager());
        Telling telling =
            new Telling(
                TestAlerts.settings(
                    WebhookKind.ALERTMANAGER, MINUTE, Duration.ZERO, true, peer.url("")),
                0,
                null)) {
      posts(peer, 0);
      telling.harness.notifyOfCompletedCheckpoint(1);
      telling.harness.notifyOfCompletedCheckpoint(2);
      posts(peer, 1);
      assertThat(peer.asked.get(0).body())
          .contains(
              "{\"alertname\":\"heartbeat\",\"job\":\"helper-job\",\"severity\":\"none\"}",
              "endsAt");
    }
  }

  @Test
  void endpoint_thatIsDead_costsTheJobNothing() throws Exception {
    try (ServerSocket silent = new ServerSocket(0)) {
      URI url = URI.create("http://127.0.0.1:" + silent.getLocalPort());
      long began;
      try (Telling telling = new Telling(url, WebhookKind.ALERTMANAGER, 0, null)) {
        began = System.nanoTime();
        for (int i = 0; i < 1000; i++) {
          telling.alert(firing("a-" + i));
        }
        telling.at(30);
      }
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(8));
    }
  }

  @Test
  void records_thatAreNoAlerts_areSetAside() throws Exception {
    try (Telling telling = new Telling(null, WebhookKind.GENERIC, 0, null)) {
      telling.record("fp-a", new byte[] {1, 2});
      telling.record("other", RecordCodec.of(SafetyAlert.class).encode(firing("a")));
      assertThat(telling.harness.extractOutputValues())
          .extracting(QuarantinedRecord::getReason)
          .hasSize(2)
          .last()
          .isEqualTo("INVALID_ALERT");
      QuarantinedRecord second = telling.harness.extractOutputValues().get(1);
      assertThat(second.getMessage())
          .isEqualTo("the key is not the alert's fingerprint, which is expected");
      assertThat(second.getOffset()).isEqualTo(7);
      assertThat(second.getValue().remaining()).isPositive();
    }
  }
}
