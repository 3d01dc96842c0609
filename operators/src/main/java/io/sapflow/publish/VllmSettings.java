package io.sapflow.publish;

import java.io.Serializable;
import java.net.URI;
import java.util.Objects;

/**
 * A vLLM server that serves promoted versions.
 *
 * @param url of the server, without the API's {@code /v1}
 * @param store where the server sees the store of versions
 */
public record VllmSettings(URI url, StorePath store) implements Serializable {

  /** The variable of the environment with the server's key. */
  public static final String KEY = "SAPFLOW_VLLM_KEY";

  /** Refuses parts that are missing. */
  public VllmSettings {
    Objects.requireNonNull(url, "url");
    Objects.requireNonNull(store, "store");
  }

  /** Where a method of the API is. */
  URI method(String name) {
    String base = url.toString().replaceAll("/+$", "").replaceAll("/v1$", "");
    return URI.create(base + "/v1/" + name);
  }
}
