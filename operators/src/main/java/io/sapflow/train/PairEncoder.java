package io.sapflow.train;

import io.sapflow.sap.PairBatch;
import io.sapflow.schema.SafetyPair;

/** Makes a safety pair what the model sees. */
public interface PairEncoder {

  /** The pair as rows; null if it cannot be told to the model. */
  PairBatch.Pair encode(SafetyPair pair);
}
