package io.sapflow.publish;

import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * The vLLM servers that serve promoted versions.
 *
 * @param urls of the servers, without the API's {@code /v1}, each of which is told of every
 *     version; none for no server
 * @param store where the servers see the store of versions
 * @param look time between two looks at what a server has
 */
public record VllmSettings(List<URI> urls, StorePath store, Duration look) implements Serializable {

  /** The variable of the environment with the servers' key. */
  public static final String KEY = "SAPFLOW_VLLM_KEY";

  /** Refuses parts that are missing. */
  public VllmSettings {
    urls = List.copyOf(urls);
    Objects.requireNonNull(store, "store");
    Objects.requireNonNull(look, "look");
  }
}
