package io.sapflow.ingest;

import io.sapflow.schema.TrainingExample;
import java.io.Serializable;

/**
 * From a record's value to a training example, in one format. Not thread-safe.
 *
 * <p>What it says of a value depends on the value alone, and on schemas that do not change.
 */
public interface FormatDecoder {

  /** Opens a decoder on a TaskManager. */
  interface Source extends Serializable {

    /** A decoder of its own for whoever asks. */
    FormatDecoder open();
  }

  /**
   * The example in a value; its rules are not looked at.
   *
   * @throws RejectedRecordException for every other content, whatever it is
   * @throws io.sapflow.ingest.registry.RegistryException if nobody can tell what the content is
   */
  TrainingExample decode(byte[] value) throws RejectedRecordException;
}
