package io.sapflow.telemetry;

import com.fasterxml.jackson.databind.JsonNode;
import io.sapflow.http.Address;
import io.sapflow.http.BodyLimit;
import io.sapflow.http.JsonClient;
import io.sapflow.http.Reply;
import io.sapflow.publish.Backoff;
import io.sapflow.publish.FailureLog;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts the items of one signal to a collector on a thread of its own. What fails in a way that may
 * pass is posted again, later each time, until it is given up; all that is given up is counted and
 * told.
 */
final class OtlpSender implements AutoCloseable {

  /** Items that wait; they are state, so this bounds it. */
  static final int MOST_ITEMS = 1024;

  private static final Logger LOG = LoggerFactory.getLogger(OtlpSender.class);

  private static final int BATCH = 64;
  private static final BodyLimit ANSWER = BodyLimit.cutAt(4096);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration LAST_WAIT = Duration.ofSeconds(2);

  private final Signal signal;
  private final URI target;
  private final Duration giveUpAfter;
  private final OtlpRequest requests;
  private final JsonClient http;
  private final Backoff backoff;
  private final IntConsumer sent;
  private final Losses losses;
  private final OtlpQueue queue = new OtlpQueue(MOST_ITEMS, BATCH);

  private final FailureLog trouble;
  private final Thread thread;

  /** Whether the last post has failed. */
  private volatile boolean failing;

  /**
   * A sender that is not started.
   *
   * @param authorization the header's value; null for none
   * @param backoff pauses after failures
   * @param sent is told how many items a collector has taken
   * @param losses hears of what was given up
   */
  OtlpSender(
      Signal signal,
      TelemetrySettings settings,
      String authorization,
      Backoff backoff,
      IntConsumer sent,
      Losses losses) {
    this.signal = signal;
    this.target = settings.target(signal);
    this.giveUpAfter = settings.giveUpAfter();
    this.requests = new OtlpRequest(settings);
    this.http = new JsonClient(TIMEOUT, authorization);
    this.backoff = backoff;
    this.sent = sent;
    this.losses = losses;
    String path = Address.shown(settings.endpoint()) + signal.path();
    this.trouble = new FailureLog(LOG, "posting telemetry to " + path);
    this.thread = new Thread(this::run, "sapflow-telemetry");
    thread.setDaemon(true);
  }

  /** Starts its thread, which runs until it is closed. */
  void start() {
    thread.start();
  }

  /** Which of the two it sends. */
  Signal signal() {
    return signal;
  }

  /** Has items sent, after those before. */
  void send(List<TelemetryItem> items) {
    int gone = queue.add(items, System.currentTimeMillis());
    losses.gaveUp(gone, "more than " + MOST_ITEMS + " wait for the collector");
  }

  /** What is not sent yet. */
  List<TelemetryItem> waiting() {
    return queue.all();
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        List<TelemetryItem> items = queue.next();
        Reply reply = post(items);
        if (reply == null) {
          giveUpOld();
        } else {
          // Whoever sees the count finds nothing that waits.
          queue.remove(items);
          answered(items.size(), reply);
        }
        Thread.sleep(backoff.pause().toMillis());
      }
    } catch (InterruptedException e) {
      LOG.debug("the thread that posts telemetry ends");
    }
  }

  /** The answer with which the items are done with; null where they are not. */
  private Reply post(List<TelemetryItem> items) throws InterruptedException {
    try {
      Reply reply = http.post(target, requests.of(signal, items), ANSWER);
      if (reply.passingOnTheWay()) {
        failed(reply.quoted(), reply.retryAfter());
        return null;
      }
      trouble.worked();
      backoff.worked();
      failing = false;
      return reply;
    } catch (IOException | RuntimeException e) {
      failed(e.getMessage() == null ? e.toString() : e.getMessage(), null);
      return null;
    }
  }

  private void failed(String why, Duration retryAfter) {
    failing = true;
    trouble.failed(why);
    backoff.failed(retryAfter);
  }

  private void answered(int items, Reply reply) {
    if (!reply.ok()) {
      losses.gaveUp(items, "the collector " + reply.quoted());
      return;
    }
    JsonNode partial = OtlpRequest.partialSuccess(reply.body());
    int rejected = Math.min(items, Math.max(0, partial.path(signal.rejected()).asInt()));
    sent.accept(items - rejected);
    String said = Reply.plain(partial.path("errorMessage").asText());
    losses.gaveUp(rejected, "the collector says " + said);
  }

  private void giveUpOld() {
    long before = System.currentTimeMillis() - giveUpAfter.toMillis();
    losses.gaveUp(queue.removeBefore(before), "not taken within " + giveUpAfter.toSeconds() + " s");
  }

  /** Gives what works a moment. */
  void finish() throws InterruptedException {
    if (!failing) {
      queue.awaitEmpty(LAST_WAIT);
    }
  }

  /** Ends the thread, in the middle of a post if need be, but does not wait long for it. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(LAST_WAIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
