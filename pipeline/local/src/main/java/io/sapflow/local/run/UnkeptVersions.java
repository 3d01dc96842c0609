package io.sapflow.local.run;

import io.sapflow.model.AdapterState;
import io.sapflow.schema.OffsetRange;
import io.sapflow.train.VersionStore;
import java.util.List;
import java.util.Optional;

/** Shows versions in place of storing them: nothing can be rolled back to. */
public record UnkeptVersions(Observer observer) implements VersionStore {

  /** Is shown what training has made. */
  public interface Observer {
    /** A version: at the start, after every so many updates, and at the end. */
    void version(long step, AdapterState state);
  }

  @Override
  public Stored write(
      String adapterId,
      int generation,
      long step,
      String parent,
      List<OffsetRange> offsets,
      AdapterState state) {
    observer.version(step, state);
    return new Stored(Long.toString(step), "", "", state.counters().updates());
  }

  @Override
  public Optional<Stored> find(String adapterId, String version) {
    return Optional.empty();
  }

  @Override
  public void restore(String adapterId, String version, AdapterState state) {
    throw new UnsupportedOperationException("nothing is rolled back here");
  }
}
