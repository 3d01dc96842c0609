package io.sapflow.alert;

/** What the job does by itself when an alert fires, beside what the gate does. */
public enum AlertAction {
  /** Nothing. */
  NONE,
  /** The adapter is paused until a person resumes it. */
  PAUSE,
  /** The source that the alert names is set aside; without one, nothing. */
  QUARANTINE_SOURCE
}
