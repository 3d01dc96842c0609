package io.sapflow.train;

import io.sapflow.model.AdapterState;
import io.sapflow.schema.OffsetRange;
import java.util.List;

/** Where versions of adapters are written, and read again by a rollback. */
public interface VersionStore {

  /**
   * A version that is there, whole.
   *
   * @param name its directory's name
   * @param uri its directory
   * @param sha256 of weights and training state
   */
  record Stored(String name, String uri, String sha256) {}

  /** Writes a version; writing the same again changes nothing. */
  Stored write(
      String adapterId,
      int generation,
      long step,
      String parent,
      List<OffsetRange> offsets,
      AdapterState state);

  /** Reads a version's tensors and counters into a state. */
  void restore(String adapterId, String version, AdapterState state);
}
