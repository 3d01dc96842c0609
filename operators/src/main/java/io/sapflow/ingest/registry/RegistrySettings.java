package io.sapflow.ingest.registry;

import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * How a registry is asked.
 *
 * @param addresses of its servers, which are asked in turn; none where there is no registry
 * @param timeout of one request
 * @param patience how long one that gets no answer is made again before it is given up: it holds up
 *     the task, its checkpoints included
 * @param requests the most requests a second of one task: what strangers write must not flood the
 *     registry
 */
public record RegistrySettings(
    List<URI> addresses, Duration timeout, Duration patience, int requests)
    implements Serializable {

  /** No registry. */
  public static final RegistrySettings NONE = at(List.of());

  /** Checks the parts. */
  public RegistrySettings {
    addresses = List.copyOf(addresses);
    if (requests < 1) {
      throw new IllegalArgumentException("requests: found " + requests + ", expected at least 1");
    }
  }

  /** The usual times, which fit beside checkpoints. */
  public static RegistrySettings at(List<URI> addresses) {
    return new RegistrySettings(addresses, Duration.ofSeconds(5), Duration.ofSeconds(20), 100);
  }
}
