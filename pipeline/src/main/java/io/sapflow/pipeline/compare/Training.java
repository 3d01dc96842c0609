package io.sapflow.pipeline.compare;

import io.sapflow.pipeline.job.JobSettings;
import io.sapflow.pipeline.job.OpenedModel;
import io.sapflow.pipeline.run.BareLoop;
import io.sapflow.pipeline.run.Unheard;
import io.sapflow.pipeline.run.UnkeptVersions;
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
}
