package io.sapflow.local.run;

import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.TrainingStep;
import io.sapflow.train.TrainOutput;

/** For who trains and asks for nothing but the weights. */
public final class Unheard implements TrainOutput {
  @Override
  public void step(TrainingStep step) {}

  @Override
  public void version(AdapterVersion version) {}

  @Override
  public void quarantine(QuarantinedRecord record) {}
}
