package io.sapflow.adapter;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What stays in a version store: the newest versions of each adapter, the one that is served, those
 * that savepoints have pinned, and those that the caller needs. The rest can be expired.
 */
public final class VersionRetention {

  /** Knows which version is served. */
  @FunctionalInterface
  public interface Served {
    /** The version that an adapter's pointer names; null for none. */
    String version(String adapterId) throws IOException;
  }

  private final AdapterVersions versions;
  private final SavepointPins pins;
  private final int keep;
  private final Served served;
  private long expired;

  /**
   * Of a store.
   *
   * @param keep how many of the newest versions of each adapter stay
   */
  public VersionRetention(VersionFiles files, int keep, Served served) {
    this.versions = new AdapterVersions(files);
    this.pins = new SavepointPins(files);
    this.keep = keep;
    this.served = served;
  }

  /**
   * Deletes what need not stay of an adapter's versions.
   *
   * @param beforeStep nobody writes versions with an earlier step any more; others stay
   * @param needed versions that stay in any case
   * @return the deleted versions, oldest first
   */
  public List<String> expire(String adapterId, long beforeStep, Collection<String> needed)
      throws IOException {
    Set<String> stay = new TreeSet<>(needed);
    stay.addAll(pins.of(adapterId));
    String version = served.version(adapterId);
    if (version != null) {
      stay.add(version);
    }
    List<String> deleted = versions.retain(adapterId, keep, beforeStep, stay);
    expired += deleted.size();
    return deleted;
  }

  /** Has versions stay for a savepoint; see {@link SavepointPins#pin}. */
  public void pin(String savepoint, Map<String, ? extends Collection<String>> byAdapter)
      throws IOException {
    pins.pin(savepoint, byAdapter);
  }

  /** Takes back what was pinned for a savepoint that has failed. */
  public void unpin(String savepoint) throws IOException {
    pins.unpin(savepoint);
  }

  /** How many versions it has deleted. */
  public long expired() {
    return expired;
  }
}
