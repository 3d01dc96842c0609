package io.sapflow.job.check;

import io.sapflow.http.Address;
import io.sapflow.http.Authorization;
import io.sapflow.http.BodyLimit;
import io.sapflow.http.JsonClient;
import io.sapflow.http.Reply;
import io.sapflow.publish.WebhookSettings;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/**
 * Whether the receivers of alerts can be reached. They are asked what they take (OPTIONS), and
 * posted nothing: one that knows no such question is there, too.
 */
record WebhookCheck(Subject subject) implements Check {

  private static final String EXPECTED = "a receiver that answers at sapflow.alert.webhook.url";

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int UNAUTHORIZED = 401;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int NOT_IMPLEMENTED = 501;

  @Override
  public String name() {
    return "webhook";
  }

  /** Of several the first that does not answer is told. */
  @Override
  public Finding look() {
    WebhookSettings settings = subject.settings().outside().webhook();
    Finding last = Finding.unused(EXPECTED);
    for (URI url : settings.urls()) {
      last = look(settings, url);
      if (!last.ok()) {
        return last;
      }
    }
    return last;
  }

  private Finding look(WebhookSettings settings, URI url) {
    JsonClient client =
        new JsonClient(TIMEOUT, Authorization.ofVariable(WebhookSettings.AUTHORIZATION, ""));
    try {
      Reply reply = client.options(settings.target(url), BodyLimit.cutAt(0));
      if (reply.status() == UNAUTHORIZED && subject.hasNoKeyHere(WebhookSettings.AUTHORIZATION)) {
        return Finding.unseen("its key is with the TaskManagers", EXPECTED);
      }
      return isThere(reply)
          ? Finding.ok(Address.shown(url) + " answers", EXPECTED)
          : Finding.warning(reply.words(), EXPECTED);
    } catch (IOException e) {
      return Finding.warning(e.getMessage(), EXPECTED);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Finding.unseen("interrupted", EXPECTED);
    }
  }

  private static boolean isThere(Reply reply) {
    return reply.ok() || reply.status() == METHOD_NOT_ALLOWED || reply.status() == NOT_IMPLEMENTED;
  }
}
