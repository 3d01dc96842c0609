package io.sapflow.train;

import io.sapflow.ingest.RejectedRecordException;
import io.sapflow.schema.ControlCommand;
import java.io.Serializable;

/** Lets those commands through that are of somebody who may give any. */
public interface CommandCheck {

  /** Makes a check, with what the environment of whoever asks has. */
  interface Source extends Serializable {

    /** Makes it. */
    CommandCheck open();
  }

  /**
   * Looks at a command.
   *
   * @throws RejectedRecordException if it is to go to quarantine, and to no trainer
   */
  void check(ControlCommand command) throws RejectedRecordException;
}
