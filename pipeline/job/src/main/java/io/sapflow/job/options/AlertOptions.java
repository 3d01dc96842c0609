package io.sapflow.job.options;

import io.sapflow.publish.WebhookKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;

/** Whom alerts reach; the rules are RuleOptions. */
public final class AlertOptions {

  static final OptionGroup GROUP = new OptionGroup("Alerts");

  public static final ConfigOption<String> RUNBOOK =
      GROUP
          .text("sapflow.alert.runbook-url")
          .byDefault("docs/runbook.md")
          .says(
              "Address of the runbook, to which alerts add # and the name of their rule; receivers see it where it is an http or https URL.");

  public static final ConfigOption<String> ADDRESS =
      GROUP
          .text("sapflow.alert.generator-url")
          .says(
              "Absolute URL at which people see what an alert is about, such as a dashboard: its generatorURL, in which {adapter} and {rule} are replaced. By default none.");

  public static final ConfigOption<Map<String, String>> LABELS =
      GROUP
          .map("sapflow.alert.labels")
          .says(
              "Labels that receivers see on each alert, each NAME: VALUE behind this key, beside Sapflow's own and job and environment.");

  public static final ConfigOption<List<String>> WEBHOOK_URL =
      GROUP
          .texts("sapflow.alert.webhook.url")
          .says(
              "URLs of who is told of alerts, with ; between them, each of which is told of all: an Alertmanager's address, or a full path; by default nobody. SAPFLOW_ALERT_WEBHOOK_AUTHORIZATION in the TaskManagers' environment is the Authorization header's value.");

  public static final ConfigOption<WebhookKind> WEBHOOK_KIND =
      GROUP
          .word("sapflow.alert.webhook.kind", WebhookKind.class)
          .byDefault(WebhookKind.ALERTMANAGER)
          .says(
              "alertmanager; or, told of each change alone, generic: a receiver of the payload of Alertmanager's webhooks, slack: an incoming webhook of Slack or of what takes its form, pagerduty: Events API v2.");

  public static final ConfigOption<Duration> WEBHOOK_REPEAT =
      GROUP
          .duration("sapflow.alert.webhook.repeat")
          .atLeast(Duration.ofSeconds(1))
          .byDefault(Duration.ofMinutes(1))
          .says(
              "Time between two posts of an alert that fires, and after which one that was refused is posted again.");

  public static final ConfigOption<Duration> HOLD =
      GROUP
          .duration("sapflow.alert.hold")
          .atLeast(Duration.ofSeconds(2))
          .byDefault(Duration.ofHours(4))
          .says(
              "How long an Alertmanager lets an alert fire of which it hears nothing more, as when the job has died (endsAt); at least two of sapflow.alert.webhook.repeat.");

  public static final ConfigOption<Boolean> HEARTBEAT =
      GROUP
          .flag("sapflow.alert.heartbeat")
          .byDefault(false)
          .says(
              "Whether an Alertmanager is told an alert, heartbeat, that fires while the job completes checkpoints: for a dead man's switch.");

  public static final ConfigOption<Duration> INCIDENT_TIMEOUT =
      GROUP
          .duration("sapflow.alert.incident-timeout")
          .atLeast(Duration.ZERO)
          .byDefault(Duration.ofDays(7))
          .says(
              "How long after the last rollback or quarantine of a source the job acknowledges it in place of a person; 0 ms: never, it waits for one.");

  private AlertOptions() {}
}
