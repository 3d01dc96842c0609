package io.sapflow.publish;

/** Whom a webhook's URL leads to. */
public enum WebhookKind {
  /** Alertmanager's API v2, which is told again and again while an alert fires. */
  ALERTMANAGER,
  /** A receiver of what Alertmanager sends to its own webhooks; told of each change. */
  GENERIC
}
