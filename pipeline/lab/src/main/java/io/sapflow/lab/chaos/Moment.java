package io.sapflow.lab.chaos;

/** When a kill comes. */
enum Moment {
  /** At any time. */
  ANY,
  /** While a checkpoint is being taken. */
  CHECKPOINT,
  /** Just after a checkpoint was completed, while sinks commit. */
  COMMIT,
  /** While a version is being written, before it has its name. */
  VERSION,
  /** While the job recovers from the end of a TaskManager. */
  RECOVERY
}
