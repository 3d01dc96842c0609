package io.sapflow.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.publish.Backoff;
import io.sapflow.testing.OtlpCollector;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A sender by itself, with a collector on loopback. */
@Timeout(60)
class OtlpSenderTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  private static OtlpSender sender(OtlpCollector collector, IntConsumer sent, IntConsumer dropped) {
    return new OtlpSender(
        Signal.LOGS,
        Incident.settings(collector.url()),
        null,
        new Backoff(Duration.ofSeconds(1)),
        sent,
        new Losses(dropped));
  }

  private static TelemetryItem item() {
    ObjectNode log = VerdictEvent.of("helper-job", Incident.good(0, 40), null, Incident.time(41));
    return OtlpRequest.item(Signal.LOGS, log);
  }

  @Test
  void counts_whenTheyAreTold_areOfNothingThatWaits() throws Exception {
    for (int status : List.of(0, 400)) {
      try (OtlpCollector collector = new OtlpCollector()) {
        collector.answer(status, "");
        AtomicReference<OtlpSender> itself = new AtomicReference<>();
        Queue<Integer> waiting = new ConcurrentLinkedQueue<>();
        IntConsumer count = items -> waiting.add(itself.get().waiting().size());
        try (OtlpSender sender = sender(collector, count, count)) {
          itself.set(sender);
          sender.start();
          sender.send(List.of(item(), item()));
          collector.await(() -> !waiting.isEmpty(), SOON);
        }
        assertThat(waiting).containsOnly(0);
      }
    }
  }

  @Test
  void sender_thatIsNotStarted_postsNothing() throws Exception {
    try (OtlpCollector collector = new OtlpCollector();
        OtlpSender sender = sender(collector, items -> {}, items -> {})) {
      sender.send(List.of(item()));
      Thread.sleep(100);
      assertThat(collector.posts()).isEmpty();
      sender.start();
      collector.await(() -> collector.logs().size() == 1, SOON);
    }
  }
}
