package io.sapflow.train;

import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.TrainingStep;

/** Where a trainer's records go. */
public interface TrainOutput {

  /** A step was made. */
  void step(TrainingStep step);

  /** A version was made, or undone. */
  void version(AdapterVersion version);

  /** An example is set aside. */
  void quarantine(QuarantinedRecord record);
}
