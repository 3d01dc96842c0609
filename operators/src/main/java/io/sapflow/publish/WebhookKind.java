package io.sapflow.publish;

/** Whom a webhook's URL leads to. */
public enum WebhookKind {
  /** Alertmanager's API v2, which is told again and again while an alert fires. */
  ALERTMANAGER("/api/v2/alerts"),
  /** A receiver of what Alertmanager sends to its own webhooks; told of each change. */
  GENERIC(null),
  /** An incoming webhook of Slack, or of what takes its form; told of each change. */
  SLACK(null),
  /** PagerDuty's Events API v2; told of each change. */
  PAGERDUTY("/v2/enqueue");

  private final String path;

  WebhookKind(String path) {
    this.path = path;
  }

  /** Where alerts are posted at a URL without a path; null where the URL itself is. */
  String path() {
    return path;
  }
}
