package io.sapflow.pipeline.compare;

import io.sapflow.model.AdapterState;
import io.sapflow.pipeline.job.JobSettings;
import io.sapflow.pipeline.job.OpenedModel;
import io.sapflow.pipeline.run.BareLoop;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.OffsetRange;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.TrainingStep;
import io.sapflow.train.TrainOutput;
import io.sapflow.train.VersionStore;
import java.util.List;
import java.util.Objects;

/**
 * The job's own trainer on some material, without a job around it: versions are shown, not kept.
 */
final class Training {

  private static final String ADAPTER = "compared";

  /** Is shown what training has made. */
  interface Observer {
    /** A version: at the start, after every so many updates, and at the end. */
    void version(long step, AdapterState state);
  }

  private Training() {}

  /** Trains a fresh adapter on all examples, in their order. */
  static void run(JobSettings settings, OpenedModel model, Material material, Observer observer) {
    try (BareLoop loop =
        new BareLoop(
            ADAPTER, settings, model, material.pairs(), new Shown(observer), new Unheard())) {
      material.examples().stream().map(loop::encode).filter(Objects::nonNull).forEach(loop::accept);
      loop.flush();
    }
  }

  /** Shows versions in place of storing them. */
  private record Shown(Observer observer) implements VersionStore {
    @Override
    public Stored write(
        String adapterId,
        int generation,
        long step,
        String parent,
        List<OffsetRange> offsets,
        AdapterState state) {
      observer.version(step, state);
      return new Stored(Long.toString(step), "", "");
    }

    @Override
    public void restore(String adapterId, String version, AdapterState state) {
      throw new UnsupportedOperationException("nothing is rolled back here");
    }
  }

  /** Nobody asks for the steps. */
  private static final class Unheard implements TrainOutput {
    @Override
    public void step(TrainingStep step) {}

    @Override
    public void version(AdapterVersion version) {}

    @Override
    public void quarantine(QuarantinedRecord record) {}
  }
}
