package io.sapflow.publish;

import io.sapflow.http.Address;
import io.sapflow.http.BodyLimit;
import io.sapflow.http.JsonClient;
import io.sapflow.http.Reply;
import io.sapflow.publish.Outbox.Standing;
import io.sapflow.publish.Recipient.Answer;
import io.sapflow.schema.SafetyAlert;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts alerts to one receiver, one after the other, on a thread of its own. What fails in a way
 * that may pass is posted again, later each time.
 */
final class WebhookSender {

  private static final Logger LOG = LoggerFactory.getLogger(WebhookSender.class);

  private static final int MOST_ALERTS = 4096;
  private static final BodyLimit ANSWER = BodyLimit.cutAt(4096);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration LAST_WAIT = Duration.ofSeconds(2);

  private final URI target;
  private final AlertJson json;
  private final Runnable posts;
  private final Runnable failures;
  private final JsonClient http;
  private final FailureLog trouble;
  private final Backoff backoff;
  private final Outbox outbox;
  private final Thread thread;

  /** What was logged of refused alerts, by fingerprint. */
  private final Map<String, String> refusals =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > MOST_ALERTS;
        }
      };

  /**
   * A sender, whose thread runs until it is closed.
   *
   * @param url one of the settings'
   * @param authorization the header's value; null for none
   * @param backoff pauses after failures
   * @param posts is run at each post
   * @param failures is run at each post that was not taken
   */
  WebhookSender(
      WebhookSettings settings,
      URI url,
      String authorization,
      Backoff backoff,
      Runnable posts,
      Runnable failures) {
    this.target = settings.target(url);
    this.json = new AlertJson(settings, System.getenv(WebhookSettings.ROUTING_KEY));
    this.posts = posts;
    this.failures = failures;
    this.backoff = backoff;
    this.http = new JsonClient(TIMEOUT, authorization);
    this.trouble = new FailureLog(LOG, "posting alerts to " + Address.shown(url));
    this.outbox = new Outbox(MOST_ALERTS, settings.repeats(), settings.repeat().toMillis());
    this.thread = new Thread(this::run, "sapflow-webhook");
    thread.setDaemon(true);
    thread.start();
  }

  /** See {@link Recipient#tell}. */
  Standing tell(SafetyAlert alert, long now) {
    return outbox.put(alert, now);
  }

  void forget(SafetyAlert alert) {
    outbox.forget(alert);
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        SafetyAlert alert = outbox.take();
        outbox.answered(alert, post(alert));
        Thread.sleep(backoff.pause().toMillis());
      }
    } catch (InterruptedException e) {
      LOG.debug("the thread that posts alerts ends");
    }
  }

  private Answer post(SafetyAlert alert) throws InterruptedException {
    Answer answer;
    try {
      posts.run();
      byte[] body = json.of(alert, System.currentTimeMillis());
      answer = judge(alert, http.post(target, body, ANSWER));
    } catch (IOException | RuntimeException e) {
      trouble.failed(e.getMessage() == null ? e.toString() : e.getMessage());
      backoff.failed(null);
      answer = Answer.UNDERWAY;
    }
    if (answer != Answer.TAKEN) {
      failures.run();
    }
    return answer;
  }

  private Answer judge(SafetyAlert alert, Reply reply) {
    if (reply.passingOnTheWay()) {
      trouble.failed(reply.quoted());
      backoff.failed(reply.retryAfter());
      return Answer.UNDERWAY;
    }
    trouble.worked();
    backoff.worked();
    if (reply.ok()) {
      refusals.remove(alert.getFingerprint());
      return Answer.TAKEN;
    }
    String refusal = alert.getStatus() + " " + reply.status();
    if (!refusal.equals(refusals.put(alert.getFingerprint(), refusal))) {
      LOG.error(
          "alert {} of adapter {}, {}: the receiver {}; it is posted again after each"
              + " sapflow.alert.webhook.repeat, and this is not said again",
          alert.getRule(),
          alert.getAdapterId(),
          alert.getStatus(),
          reply.quoted());
    }
    return Answer.REFUSED;
  }

  /** Has the thread end, in the middle of a post if need be; what was not told is in state. */
  void end() {
    thread.interrupt();
  }

  /** Waits until the thread has ended, but not for long. */
  void close() {
    end();
    try {
      thread.join(LAST_WAIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
