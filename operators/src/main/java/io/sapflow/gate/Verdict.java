package io.sapflow.gate;

/** What is to become of a probed version. */
public enum Verdict {
  /** Green: it is served from now on. */
  PROMOTE,
  /** Not served; training goes on from where it is. */
  REJECT,
  /** Red: not served, and training goes back to the last promoted version. */
  ROLL_BACK,
  /** Red: not served, and training stops until a person resumes it. */
  PAUSE,
  /** Red: not served, and the source that stands out is set aside. */
  QUARANTINE_SOURCE,
  /** The report does not suffice: not served, nothing undone. */
  HOLD,
  /** The report came too late to count. */
  STALE
}
