package io.sapflow.job;

import io.sapflow.job.options.AdapterOptions;
import io.sapflow.job.options.AlertOptions;
import io.sapflow.job.options.PublishOptions;
import io.sapflow.publish.StorePath;
import io.sapflow.publish.VllmSettings;
import io.sapflow.publish.WebhookSettings;

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
    String url = settings.find(AlertOptions.WEBHOOK_URL);
    return new WebhookSettings(
        url == null
            ? null
            : OutsideUrl.parse(
                AlertOptions.WEBHOOK_URL.key(),
                url,
                WebhookSettings.AUTHORIZATION,
                "http://127.0.0.1:9093"),
        settings.get(AlertOptions.WEBHOOK_KIND),
        settings.get(AlertOptions.WEBHOOK_REPEAT));
  }

  /** The vLLM server that serves what is promoted; null for none. */
  public VllmSettings vllm() {
    String url = settings.find(PublishOptions.VLLM_URL);
    return url == null
        ? null
        : new VllmSettings(
            OutsideUrl.parse(
                PublishOptions.VLLM_URL.key(), url, VllmSettings.KEY, "http://127.0.0.1:8000"),
            servedStore());
  }

  /** Where the server sees the store, which it must as a directory. */
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
