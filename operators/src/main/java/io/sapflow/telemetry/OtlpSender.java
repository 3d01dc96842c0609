package io.sapflow.telemetry;

import com.fasterxml.jackson.databind.JsonNode;
import io.sapflow.http.Address;
import io.sapflow.http.BodyLimit;
import io.sapflow.http.JsonClient;
import io.sapflow.http.Reply;
import io.sapflow.publish.Backoff;
import io.sapflow.publish.FailureLog;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts items to a collector on a thread of its own. What fails in a way that may pass is posted
 * again, later each time, until it is given up; all that is given up is counted and told.
 */
final class OtlpSender implements AutoCloseable {

  /** Items that wait; they are state, so this bounds it. */
  static final int MOST_ITEMS = 1024;

  private static final Logger LOG = LoggerFactory.getLogger(OtlpSender.class);

  private static final int BATCH = 64;
  private static final BodyLimit ANSWER = BodyLimit.cutAt(4096);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration LAST_WAIT = Duration.ofSeconds(2);

  private final TelemetrySettings settings;
  private final OtlpRequest requests;
  private final JsonClient http;
  private final Backoff backoff;
  private final IntConsumer sent;
  private final IntConsumer dropped;
  private final OtlpQueue queue = new OtlpQueue(MOST_ITEMS, BATCH);

  /** One for each path: a collector may take the one and not the other. */
  private final Map<Signal, FailureLog> trouble = new EnumMap<>(Signal.class);

  private final Thread thread;

  /** Whether the last post has failed. */
  private volatile boolean failing;

  /**
   * A sender, whose thread runs until it is closed.
   *
   * @param authorization the header's value; null for none
   * @param backoff pauses after failures
   * @param sent is told how many items a collector has taken
   * @param dropped is told how many were given up
   */
  OtlpSender(
      TelemetrySettings settings,
      String authorization,
      Backoff backoff,
      IntConsumer sent,
      IntConsumer dropped) {
    this.settings = settings;
    this.requests = new OtlpRequest(settings);
    this.http = new JsonClient(TIMEOUT, authorization);
    this.backoff = backoff;
    this.sent = sent;
    this.dropped = dropped;
    for (Signal signal : Signal.values()) {
      String what = "posting telemetry to " + Address.shown(settings.endpoint());
      trouble.put(signal, new FailureLog(LOG, what + signal.path()));
    }
    this.thread = new Thread(this::run, "sapflow-telemetry");
    thread.setDaemon(true);
    thread.start();
  }

  /** Has items sent, after those before. */
  void send(List<TelemetryItem> items) {
    drop(queue.add(items, System.currentTimeMillis()), "more than " + MOST_ITEMS + " wait");
  }

  /** What is not sent yet. */
  List<TelemetryItem> waiting() {
    return queue.all();
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        List<TelemetryItem> items = queue.next();
        if (post(items.get(0).signal(), items)) {
          queue.remove(items);
        } else {
          giveUpOld();
        }
        Thread.sleep(backoff.pause().toMillis());
      }
    } catch (InterruptedException e) {
      LOG.debug("the thread that posts telemetry ends");
    }
  }

  /** Whether the items are done with. */
  private boolean post(Signal signal, List<TelemetryItem> items) throws InterruptedException {
    try {
      Reply reply = http.post(settings.target(signal), requests.of(signal, items), ANSWER);
      if (reply.passingOnTheWay()) {
        failed(signal, reply.quoted(), reply.retryAfter());
        return false;
      }
      trouble.get(signal).worked();
      backoff.worked();
      failing = false;
      answered(signal, items.size(), reply);
      return true;
    } catch (IOException | RuntimeException e) {
      failed(signal, e.getMessage() == null ? e.toString() : e.getMessage(), null);
      return false;
    }
  }

  private void failed(Signal signal, String why, Duration retryAfter) {
    failing = true;
    trouble.get(signal).failed(why);
    backoff.failed(retryAfter);
  }

  private void answered(Signal signal, int items, Reply reply) {
    if (!reply.ok()) {
      drop(items, "the collector " + reply.quoted());
      return;
    }
    JsonNode partial = OtlpRequest.partialSuccess(reply.body());
    int rejected = Math.min(items, Math.max(0, partial.path(signal.rejected()).asInt()));
    sent.accept(items - rejected);
    drop(rejected, "the collector says " + Reply.plain(partial.path("errorMessage").asText()));
  }

  private void giveUpOld() {
    long before = System.currentTimeMillis() - settings.giveUpAfter().toMillis();
    drop(
        queue.removeBefore(before),
        "not taken within " + settings.giveUpAfter().toSeconds() + " s");
  }

  private void drop(int items, String why) {
    if (items > 0) {
      dropped.accept(items);
      LOG.error("{} log events or spans are given up: {}", items, why);
    }
  }

  /** Ends the thread, in the middle of a post if need be; one that works has a moment. */
  @Override
  public void close() {
    try {
      if (!failing) {
        queue.awaitEmpty(LAST_WAIT);
      }
      thread.interrupt();
      thread.join(LAST_WAIT.toMillis());
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
