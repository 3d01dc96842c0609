package io.sapflow.ops.blame;

import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.TrainingStep;
import java.util.List;

/**
 * What a version trained since its parent.
 *
 * @param version to be explained
 * @param parent the last promoted version it descends from; the first of its adapter if none was
 * @param steps between them, in their order
 */
record BlamedRange(AdapterVersion version, AdapterVersion parent, List<TrainingStep> steps) {

  /** How many steps the topic of steps no longer tells. */
  long missingSteps() {
    return version.getUpdates() - parent.getUpdates() - steps.size();
  }
}
