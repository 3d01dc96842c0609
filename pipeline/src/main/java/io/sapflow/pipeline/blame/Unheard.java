package io.sapflow.pipeline.blame;

import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.TrainingStep;
import io.sapflow.train.TrainOutput;

/** Nobody asks for a trial's steps. */
final class Unheard implements TrainOutput {
  @Override
  public void step(TrainingStep step) {}

  @Override
  public void version(AdapterVersion version) {}

  @Override
  public void quarantine(QuarantinedRecord record) {}
}
