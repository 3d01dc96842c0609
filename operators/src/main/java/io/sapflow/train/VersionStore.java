package io.sapflow.train;

import io.sapflow.model.AdapterState;
import io.sapflow.schema.OffsetRange;
import java.util.List;
import java.util.Optional;

/** Where versions of adapters are written, and read again by a rollback. */
public interface VersionStore {

  /**
   * A version that is there, whole.
   *
   * @param name its directory's name
   * @param uri its directory
   * @param sha256 of weights and training state
   * @param updates AdamW updates in it
   */
  record Stored(String name, String uri, String sha256, long updates) {}

  /** Writes a version; writing the same again changes nothing. */
  Stored write(
      String adapterId,
      int generation,
      long step,
      String parent,
      List<OffsetRange> offsets,
      AdapterState state);

  /** A version that was written before; empty where the store has it no more, or not whole. */
  Optional<Stored> find(String adapterId, String version);

  /** Reads a version's tensors and counters into a state. */
  void restore(String adapterId, String version, AdapterState state);
}
