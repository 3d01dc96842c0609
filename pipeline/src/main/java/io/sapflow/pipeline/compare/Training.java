package io.sapflow.pipeline.compare;

import io.sapflow.pipeline.job.JobSettings;
import io.sapflow.pipeline.job.OpenedModel;
import io.sapflow.pipeline.run.BareLoop;
import io.sapflow.pipeline.run.UnkeptVersions;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.TrainingStep;
import io.sapflow.train.TrainOutput;
import java.util.Objects;

/**
 * The job's own trainer on some material, without a job around it: versions are shown, not kept.
 */
final class Training {

  private static final String ADAPTER = "compared";

  private Training() {}

  /** Trains a fresh adapter on all examples, in their order. */
  static void run(
      JobSettings settings,
      OpenedModel model,
      Material material,
      UnkeptVersions.Observer observer) {
    try (BareLoop loop =
        new BareLoop(
            ADAPTER,
            settings,
            model,
            material.pairs(),
            new UnkeptVersions(observer),
            new Unheard())) {
      material.examples().stream().map(loop::encode).filter(Objects::nonNull).forEach(loop::accept);
      loop.flush();
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
