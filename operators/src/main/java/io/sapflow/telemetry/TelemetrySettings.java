package io.sapflow.telemetry;

import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;

/**
 * Where telemetry goes.
 *
 * @param endpoint of a collector, without {@code /v1/...}; null for none
 * @param job name of the job
 * @param service what the job is called as a service
 * @param release of Sapflow; null where it is not known
 * @param environment where the job runs; null for none
 * @param giveUpAfter how long something is tried to be sent
 * @param holds whether training is held until a rollback has come
 */
public record TelemetrySettings(
    URI endpoint,
    String job,
    String service,
    String release,
    String environment,
    Duration giveUpAfter,
    boolean holds)
    implements Serializable {

  /** The variable of the environment with the Authorization header's value. */
  public static final String AUTHORIZATION = "SAPFLOW_OTEL_AUTHORIZATION";

  /** Refuses parts that are missing. */
  public TelemetrySettings {
    Objects.requireNonNull(job, "job");
    Objects.requireNonNull(service, "service");
    Objects.requireNonNull(giveUpAfter, "giveUpAfter");
  }

  /** Whether there is anybody to tell. */
  public boolean isOn() {
    return endpoint != null;
  }

  /** Where a signal is posted. */
  public URI target(Signal signal) {
    String path =
        endpoint.getRawPath() == null ? "" : endpoint.getRawPath().replaceFirst("/+$", "");
    return endpoint.resolve(path + signal.path());
  }
}
