package io.sapflow.job.check;

import io.sapflow.http.Address;
import io.sapflow.http.Authorization;
import io.sapflow.http.BodyLimit;
import io.sapflow.http.JsonClient;
import io.sapflow.http.Reply;
import io.sapflow.telemetry.Signal;
import io.sapflow.telemetry.TelemetrySettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Whether the OpenTelemetry collector takes OTLP in JSON: it is posted a request that holds
 * nothing.
 */
record TelemetryCheck(Subject subject) implements Check {

  private static final String EXPECTED =
      "a collector that takes OTLP in JSON at sapflow.otel.endpoint";

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final byte[] NOTHING = "{}".getBytes(StandardCharsets.UTF_8);
  private static final int UNAUTHORIZED = 401;

  @Override
  public String name() {
    return "telemetry";
  }

  /** Of the two paths the first that is not as expected is told. */
  @Override
  public Finding look() {
    TelemetrySettings settings = subject.settings().outside().telemetry();
    if (!settings.isOn()) {
      return Finding.unused(EXPECTED);
    }
    JsonClient client =
        new JsonClient(TIMEOUT, Authorization.ofVariable(TelemetrySettings.AUTHORIZATION, ""));
    try {
      for (Signal signal : Signal.values()) {
        Reply reply = client.post(settings.target(signal), NOTHING, BodyLimit.cutAt(0));
        if (reply.status() == UNAUTHORIZED
            && subject.hasNoKeyHere(TelemetrySettings.AUTHORIZATION)) {
          return Finding.unseen("its key is with the TaskManagers", EXPECTED);
        }
        if (!reply.ok()) {
          return Finding.warning(reply.words() + signal.path(), EXPECTED);
        }
      }
      return Finding.ok(Address.shown(settings.endpoint()) + " answers", EXPECTED);
    } catch (IOException e) {
      return Finding.warning(e.getMessage(), EXPECTED);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Finding.unseen("interrupted", EXPECTED);
    }
  }
}
