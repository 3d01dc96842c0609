package io.sapflow.telemetry;

import io.sapflow.publish.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** One sender for each signal: a collector may take the one and not the other. */
final class OtlpSenders implements AutoCloseable {

  /** After the first failure of the collector. */
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  private final List<OtlpSender> senders = new ArrayList<>();

  /** See {@link OtlpSender}; no thread runs unless all could be made. */
  OtlpSenders(TelemetrySettings settings, String authorization, IntConsumer sent, Losses losses) {
    for (Signal signal : Signal.values()) {
      Backoff backoff = new Backoff(FIRST_PAUSE);
      senders.add(new OtlpSender(signal, settings, authorization, backoff, sent, losses));
    }
    senders.forEach(OtlpSender::start);
  }

  /** Has items sent, after those before. */
  void send(List<TelemetryItem> items) {
    for (OtlpSender sender : senders) {
      sender.send(items.stream().filter(item -> item.signal() == sender.signal()).toList());
    }
  }

  /** What is not sent yet. */
  List<TelemetryItem> waiting() {
    List<TelemetryItem> all = new ArrayList<>();
    senders.forEach(sender -> all.addAll(sender.waiting()));
    return all;
  }

  @Override
  public void close() {
    try {
      for (OtlpSender sender : senders) {
        sender.finish();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    senders.forEach(OtlpSender::close);
  }
}
