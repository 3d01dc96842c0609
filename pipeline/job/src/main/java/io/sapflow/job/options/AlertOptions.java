package io.sapflow.job.options;

import io.sapflow.publish.WebhookKind;
import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;

/** Whom alerts reach; the rules are RuleOptions. */
public final class AlertOptions {

  static final OptionGroup GROUP = new OptionGroup("Alerts");

  public static final ConfigOption<String> RUNBOOK =
      GROUP
          .text("sapflow.alert.runbook-url")
          .byDefault("docs/runbook.md")
          .says("Address of the runbook, to which alerts add # and the name of their rule.");

  public static final ConfigOption<String> WEBHOOK_URL =
      GROUP
          .text("sapflow.alert.webhook.url")
          .says(
              "URL of who is told of alerts: an Alertmanager's address, or a full path; by default nobody. SAPFLOW_ALERT_WEBHOOK_AUTHORIZATION in the TaskManagers' environment is the Authorization header's value.");

  public static final ConfigOption<WebhookKind> WEBHOOK_KIND =
      GROUP
          .word("sapflow.alert.webhook.kind", WebhookKind.class)
          .byDefault(WebhookKind.ALERTMANAGER)
          .says(
              "alertmanager, or generic: a receiver of the payload of Alertmanager's webhooks, told of each change.");

  public static final ConfigOption<Duration> WEBHOOK_REPEAT =
      GROUP
          .duration("sapflow.alert.webhook.repeat")
          .atLeast(Duration.ofSeconds(1))
          .byDefault(Duration.ofMinutes(1))
          .says(
              "Time between two posts of an alert that fires, below Alertmanager's resolve_timeout (5 min by default).");

  private AlertOptions() {}
}
