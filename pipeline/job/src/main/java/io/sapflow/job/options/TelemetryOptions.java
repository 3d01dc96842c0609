package io.sapflow.job.options;

import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;

/** The OpenTelemetry collector that hears of verdicts and incidents. */
public final class TelemetryOptions {

  static final OptionGroup GROUP = new OptionGroup("OpenTelemetry");

  public static final ConfigOption<String> ENDPOINT =
      GROUP
          .text("sapflow.otel.endpoint")
          .says(
              "URL of a collector that takes OTLP over HTTP in JSON, such as http://127.0.0.1:4318, to which /v1/logs and /v1/traces are added: it is told each verdict as a log event, each incident as a trace; by default nobody. SAPFLOW_OTEL_AUTHORIZATION in the TaskManagers' environment is the Authorization header's value.");

  public static final ConfigOption<String> SERVICE =
      GROUP
          .text("sapflow.otel.service-name")
          .byDefault("sapflow")
          .says(
              "What the job is called as a service: service.name of its telemetry, beside sapflow.job.");

  public static final ConfigOption<Duration> GIVE_UP_AFTER =
      GROUP
          .duration("sapflow.otel.give-up-after")
          .atLeast(Duration.ofSeconds(1))
          .byDefault(Duration.ofHours(1))
          .says(
              "How long a log event or span is posted again that the collector has not taken; then it is given up, and counted.");

  private TelemetryOptions() {}
}
