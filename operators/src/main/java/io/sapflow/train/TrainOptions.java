package io.sapflow.train;

import io.sapflow.batch.BatchOptions;
import io.sapflow.sap.SapOptions;
import java.io.Serializable;

/**
 * How adapters are trained.
 *
 * @param sap settings of a step
 * @param batch settings of batches
 * @param rejectPush an example that pushes toward harm harder than this is set aside untrained;
 *     infinite to take them all
 * @param versionUpdates updates from one version to the next
 * @param keepVersions how many of the newest versions a rollback may go to, beside the promoted one
 * @param early when a version is made before its turn
 * @param held what adapters hold of records beside training on them
 * @param seed of fresh adapters
 * @param live how many adapters a subtask keeps in native memory
 */
public record TrainOptions(
    SapOptions sap,
    BatchOptions batch,
    double rejectPush,
    int versionUpdates,
    int keepVersions,
    EarlyProbe early,
    HeldLimits held,
    long seed,
    LiveLimits live)
    implements Serializable {

  /** Checks the parts. */
  public TrainOptions {
    if (Double.isNaN(rejectPush)) {
      throw new IllegalArgumentException("sapflow.train.reject-push: found NaN, expected a number");
    }
    if (versionUpdates < 1) {
      throw new IllegalArgumentException(
          "sapflow.adapter.version-updates: found " + versionUpdates + ", expected 1 or more");
    }
    if (keepVersions < 1) {
      throw new IllegalArgumentException(
          "sapflow.adapter.keep: found " + keepVersions + ", expected 1 or more");
    }
  }
}
