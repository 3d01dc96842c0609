package io.sapflow.probe;

import io.sapflow.schema.AdapterVersion;
import java.io.IOException;

/** Where the weights of a version are read from. */
public interface AdapterWeights {

  /**
   * All LoRA weights of a version, in the kernel's layout.
   *
   * @throws io.sapflow.model.ModelException if it is unknown or damaged
   */
  float[] of(AdapterVersion version) throws IOException;
}
