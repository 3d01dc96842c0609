package io.sapflow.lab.bench;

import java.util.Locale;

/** A part of the way from an example to what is served, or of the way back. */
public enum LoopStage {
  /** From an example's sending to the report of its step. */
  SENT_TRAINED,
  /** From the report of a version's last step to its announcement. */
  TRAINED_VERSION,
  /** From a version's announcement to its verdict. */
  VERSION_VERDICT,
  /** From a green verdict to the pointer that names the version. */
  VERDICT_POINTER,
  /** From a harmful version's announcement to training held. */
  POISON_HOLD,
  /** From the same to the rollback carried out. */
  POISON_ROLLBACK;

  /** As it is written. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
