package io.sapflow.lab.compare;

import io.sapflow.job.JobSettings;
import io.sapflow.job.OpenedModel;
import io.sapflow.local.run.BareLoop;
import io.sapflow.local.run.Unheard;
import io.sapflow.local.run.UnkeptVersions;
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
