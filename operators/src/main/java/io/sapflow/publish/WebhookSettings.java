package io.sapflow.publish;

import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;

/**
 * Who is told of alerts.
 *
 * @param url of the receiver; null for nobody
 * @param kind of the receiver
 * @param repeat time between two posts of an alert that fires, at an Alertmanager
 */
public record WebhookSettings(URI url, WebhookKind kind, Duration repeat) implements Serializable {

  /** The variable of the environment with the Authorization header's value. */
  public static final String AUTHORIZATION = "SAPFLOW_ALERT_WEBHOOK_AUTHORIZATION";

  private static final String ALERTS_PATH = "/api/v2/alerts";

  /** Refuses parts that are missing. */
  public WebhookSettings {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(repeat, "repeat");
  }

  /** Where alerts are posted: at an Alertmanager's API if its URL has no path. */
  public URI target() {
    boolean bare = url.getPath() == null || url.getPath().isEmpty() || url.getPath().equals("/");
    return kind == WebhookKind.ALERTMANAGER && bare ? url.resolve(ALERTS_PATH) : url;
  }
}
