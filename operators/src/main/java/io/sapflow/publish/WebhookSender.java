package io.sapflow.publish;

import io.sapflow.http.BodyLimit;
import io.sapflow.http.JsonClient;
import io.sapflow.http.Reply;
import io.sapflow.schema.SafetyAlert;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Posts alerts, one after the other, on a thread of its own. */
final class WebhookSender implements Recipient {

  private static final Logger LOG = LoggerFactory.getLogger(WebhookSender.class);

  private static final int MOST_ALERTS = 4096;
  private static final BodyLimit ANSWER = BodyLimit.cutAt(4096);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration LAST_WAIT = Duration.ofSeconds(2);

  private final WebhookSettings settings;
  private final Runnable posts;
  private final Runnable failures;
  private final JsonClient http;
  private final FailureLog trouble;
  private final Outbox outbox = new Outbox(MOST_ALERTS);
  private final Thread thread;

  /**
   * A sender, whose thread runs until it is closed.
   *
   * @param authorization the header's value; null for none
   * @param posts is run at each post
   * @param failures is run at each post that was not taken
   */
  WebhookSender(WebhookSettings settings, String authorization, Runnable posts, Runnable failures) {
    this.settings = settings;
    this.posts = posts;
    this.failures = failures;
    this.http = new JsonClient(TIMEOUT, authorization);
    this.trouble = new FailureLog(LOG, "posting alerts");
    this.thread = new Thread(this::run, "sapflow-webhook");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void tell(SafetyAlert alert) {
    outbox.put(alert);
  }

  @Override
  public Answer answer(SafetyAlert alert) {
    return outbox.answer(alert);
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        SafetyAlert alert = outbox.take();
        outbox.answered(alert, post(alert));
      }
    } catch (InterruptedException e) {
      LOG.debug("the thread that posts alerts ends");
    }
  }

  private Answer post(SafetyAlert alert) throws InterruptedException {
    Answer answer;
    try {
      posts.run();
      answer =
          judge(alert, http.post(settings.target(), AlertJson.of(settings.kind(), alert), ANSWER));
    } catch (IOException | RuntimeException e) {
      trouble.failed(e.getMessage() == null ? e.toString() : e.getMessage());
      answer = Answer.FAILED;
    }
    if (answer != Answer.TAKEN) {
      failures.run();
    }
    return answer;
  }

  private Answer judge(SafetyAlert alert, Reply reply) {
    if (reply.ok()) {
      trouble.worked();
      return Answer.TAKEN;
    }
    if (reply.passing()) {
      trouble.failed(reply.quoted());
      return Answer.FAILED;
    }
    LOG.error(
        "alert {} of adapter {}, {}: the receiver {}; it is posted again when it changes or the job restarts",
        alert.getRule(),
        alert.getAdapterId(),
        alert.getStatus(),
        reply.quoted());
    return Answer.REFUSED;
  }

  /** Ends the thread, in the middle of a post if need be; what was not told is in state. */
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
