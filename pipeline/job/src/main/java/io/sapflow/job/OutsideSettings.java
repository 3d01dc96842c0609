package io.sapflow.job;

import io.sapflow.job.options.AdapterOptions;
import io.sapflow.job.options.AlertOptions;
import io.sapflow.job.options.JobOptions;
import io.sapflow.job.options.PublishOptions;
import io.sapflow.job.options.TelemetryOptions;
import io.sapflow.job.options.TrainingOptions;
import io.sapflow.publish.AlertOrigin;
import io.sapflow.publish.StorePath;
import io.sapflow.publish.VllmSettings;
import io.sapflow.publish.WebhookSettings;
import io.sapflow.telemetry.TelemetrySettings;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;

/** Whom a job tells outside of Kafka, as its settings name them. */
public final class OutsideSettings {

  private final JobSettings settings;

  OutsideSettings(JobSettings settings) {
    this.settings = settings;
  }

  /**
   * Reads all of it.
   *
   * @throws IllegalArgumentException naming the key, what was found and what is expected
   */
  void check() {
    webhook();
    vllm();
    telemetry();
  }

  /**
   * The collector that hears of verdicts and incidents, if there is one.
   *
   * @throws IllegalArgumentException naming the key, what was found and what is expected
   */
  public TelemetrySettings telemetry() {
    String service = settings.get(TelemetryOptions.SERVICE);
    if (service.isBlank()) {
      throw new IllegalArgumentException(
          TelemetryOptions.SERVICE.key() + ": found nothing, expected a name such as sapflow");
    }
    return new TelemetrySettings(
        collector(),
        settings.jobName(),
        service,
        Release.name(),
        environment(),
        settings.get(TelemetryOptions.GIVE_UP_AFTER),
        !settings.get(TrainingOptions.HOLD_TIMEOUT).isZero());
  }

  private URI collector() {
    String key = TelemetryOptions.ENDPOINT.key();
    String text = settings.find(TelemetryOptions.ENDPOINT);
    if (text == null) {
      return null;
    }
    URI url = OutsideUrl.parse(key, text, TelemetrySettings.AUTHORIZATION, "http://127.0.0.1:4318");
    if (url.getRawQuery() != null) {
      throw new IllegalArgumentException(
          key
              + ": found a query in the URL, expected none: /v1/logs and /v1/traces are added to it");
    }
    return url;
  }

  /** Who is told of alerts. */
  public WebhookSettings webhook() {
    return new WebhookSettings(
        urls(AlertOptions.WEBHOOK_URL, WebhookSettings.AUTHORIZATION, "http://127.0.0.1:9093"),
        settings.get(AlertOptions.WEBHOOK_KIND),
        settings.get(AlertOptions.WEBHOOK_REPEAT),
        settings.get(AlertOptions.HOLD),
        settings.keepFiring(),
        settings.get(AlertOptions.HEARTBEAT),
        origin());
  }

  private List<URI> urls(ConfigOption<List<String>> option, String secret, String example) {
    List<String> texts = settings.find(option);
    if (texts == null) {
      return List.of();
    }
    List<URI> urls = new ArrayList<>();
    for (String text : texts.isEmpty() ? List.of("") : texts) { // an empty text names no URL
      urls.add(OutsideUrl.parse(option.key(), text, secret, example));
    }
    return urls;
  }

  private String environment() {
    String environment = settings.find(JobOptions.ENVIRONMENT);
    if (environment != null && environment.isBlank()) {
      throw new IllegalArgumentException(
          JobOptions.ENVIRONMENT.key() + ": found nothing, expected a name such as staging");
    }
    return environment;
  }

  private AlertOrigin origin() {
    Map<String, String> labels = settings.find(AlertOptions.LABELS);
    AlertOrigin origin =
        new AlertOrigin(
            settings.jobName(),
            environment(),
            labels == null ? Map.of() : labels,
            settings.find(AlertOptions.ADDRESS));
    if (origin.address() != null) {
      OutsideUrl.checkPage(
          AlertOptions.ADDRESS.key(),
          origin.address("a", "r"),
          "https://grafana.example/d/sapflow?var-adapter={adapter}");
    }
    return origin;
  }

  /** The vLLM servers that serve what is promoted. */
  public VllmSettings vllm() {
    List<URI> urls = urls(PublishOptions.VLLM_URL, VllmSettings.KEY, "http://127.0.0.1:8000");
    return new VllmSettings(
        urls,
        urls.isEmpty() ? StorePath.SAME : servedStore(),
        settings.get(PublishOptions.VLLM_LOOK));
  }

  /** Where the servers see the store, which they must as a directory. */
  private StorePath servedStore() {
    String key = PublishOptions.VLLM_PATH_MAP.key();
    String map = settings.find(PublishOptions.VLLM_PATH_MAP);
    String store = settings.get(AdapterOptions.STORE);
    if (map == null) {
      if (!store.startsWith("/") && !store.startsWith("file:/")) {
        throw new IllegalArgumentException(
            key
                + ": is missing, expected FROM=TO, because vLLM reads directories from / on, not "
                + store);
      }
      return StorePath.SAME;
    }
    int at = map.indexOf('=');
    StorePath path = at < 1 ? null : new StorePath(map.substring(0, at), map.substring(at + 1));
    if (path == null || !path.to().startsWith("/") || !path.covers(store)) {
      throw new IllegalArgumentException(
          key
              + ": found "
              + map
              + ", expected FROM=TO with FROM at or above sapflow.adapter.store ("
              + store
              + ") and TO a directory from / on");
    }
    return path;
  }
}
