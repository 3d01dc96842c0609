package io.sapflow.gate;

/** Whether verdicts have effects. */
public enum GateMode {
  /** Versions are promoted, rejected and rolled back as their reports say. */
  ENFORCE,
  /** Every probed version is promoted, whatever its report says; alerts fire all the same. */
  OBSERVE
}
