package io.sapflow.pipeline.blame;

import io.sapflow.model.AdapterState;
import io.sapflow.schema.OffsetRange;
import io.sapflow.train.VersionStore;
import java.util.List;

/** A store in which nothing is kept: a trial's weights are read from its state. */
final class NoVersions implements VersionStore {

  @Override
  public Stored write(
      String adapterId,
      int generation,
      long step,
      String parent,
      List<OffsetRange> offsets,
      AdapterState state) {
    return new Stored("", "", "");
  }

  @Override
  public void restore(String adapterId, String version, AdapterState state) {
    throw new UnsupportedOperationException("a trial rolls nothing back");
  }
}
