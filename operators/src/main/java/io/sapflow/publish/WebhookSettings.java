package io.sapflow.publish;

import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Who is told of alerts.
 *
 * @param urls of the receivers, each of which is told of every alert; none for nobody
 * @param kind of the receivers
 * @param repeat time between two posts of an alert that fires, at an Alertmanager
 * @param hold how long an Alertmanager lets an alert fire of which it hears nothing more
 * @param keepFiring how long an alert is told as firing after it has resolved
 * @param heartbeat whether an Alertmanager is told that the job lives
 * @param origin whose alerts these are
 */
public record WebhookSettings(
    List<URI> urls,
    WebhookKind kind,
    Duration repeat,
    Duration hold,
    KeepFiring keepFiring,
    boolean heartbeat,
    AlertOrigin origin)
    implements Serializable {

  /** The variable of the environment with the Authorization header's value. */
  public static final String AUTHORIZATION = "SAPFLOW_ALERT_WEBHOOK_AUTHORIZATION";

  /** The variable of the environment with PagerDuty's routing key. */
  public static final String ROUTING_KEY = "SAPFLOW_ALERT_PAGERDUTY_KEY";

  /** Refuses parts that are missing, and what would resolve between two posts. */
  public WebhookSettings {
    urls = List.copyOf(urls);
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(keepFiring, "keepFiring");
    Objects.requireNonNull(origin, "origin");
    if (hold.compareTo(repeat.multipliedBy(2)) < 0) {
      throw new IllegalArgumentException(
          "sapflow.alert.hold: found "
              + hold.toMillis()
              + " ms, expected at least two of sapflow.alert.webhook.repeat ("
              + repeat.toMillis()
              + " ms)");
    }
  }

  /** Whether a receiver is told again and again of what fires. */
  boolean repeats() {
    return kind == WebhookKind.ALERTMANAGER;
  }

  /** Where alerts are posted: at the receiver's API if its URL has no path. */
  public URI target(URI url) {
    boolean bare = url.getPath() == null || url.getPath().isEmpty() || url.getPath().equals("/");
    return kind.path() != null && bare ? url.resolve(kind.path()) : url;
  }
}
