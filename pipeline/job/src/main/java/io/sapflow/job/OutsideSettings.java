package io.sapflow.job;

import io.sapflow.publish.StorePath;
import io.sapflow.publish.VllmSettings;
import io.sapflow.publish.WebhookSettings;
import java.time.Duration;

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
  }

  /** Who is told of alerts. */
  public WebhookSettings webhook() {
    String url = OptionReader.read(settings.configuration(), SapflowOptions.ALERT_WEBHOOK_URL);
    Duration repeat = settings.get(SapflowOptions.ALERT_WEBHOOK_REPEAT);
    if (repeat.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException(
          SapflowOptions.ALERT_WEBHOOK_REPEAT.key()
              + ": found "
              + repeat.toMillis()
              + " ms, expected at least 1 s");
    }
    return new WebhookSettings(
        url == null
            ? null
            : OutsideUrl.parse(
                SapflowOptions.ALERT_WEBHOOK_URL.key(),
                url,
                WebhookSettings.AUTHORIZATION,
                "http://127.0.0.1:9093"),
        settings.get(SapflowOptions.ALERT_WEBHOOK_KIND),
        repeat);
  }

  /** The vLLM server that serves what is promoted; null for none. */
  public VllmSettings vllm() {
    String url = OptionReader.read(settings.configuration(), SapflowOptions.VLLM_URL);
    return url == null
        ? null
        : new VllmSettings(
            OutsideUrl.parse(
                SapflowOptions.VLLM_URL.key(), url, VllmSettings.KEY, "http://127.0.0.1:8000"),
            servedStore());
  }

  /** Where the server sees the store, which it must as a directory. */
  private StorePath servedStore() {
    String key = SapflowOptions.VLLM_PATH_MAP.key();
    String map = OptionReader.read(settings.configuration(), SapflowOptions.VLLM_PATH_MAP);
    String store = settings.get(SapflowOptions.STORE);
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
