package io.sapflow.train;

import io.sapflow.sap.PairBatch;
import io.sapflow.schema.SafetyPair;
import java.io.Serializable;

/** Makes a safety pair what the model sees. */
public interface PairEncoder extends Serializable {

  /** The pair as rows; null if it cannot be told to the model. */
  PairBatch.Pair encode(SafetyPair pair);
}
