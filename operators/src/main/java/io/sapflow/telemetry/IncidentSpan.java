package io.sapflow.telemetry;

import java.util.Locale;

/** The spans of an incident; all but the first are its parts. */
public enum IncidentSpan {
  /** From when the first poisoned records were trained until a version is promoted again. */
  INCIDENT,
  /** From when a harmful version was made until its verdict. */
  DETECT,
  /** From the verdict until the rollback begins, where training is held. */
  HOLD,
  /** The rollback. */
  ROLLBACK,
  /** From when all is undone until a version is promoted again. */
  RECOVER;

  /** As collectors see it. */
  public String title() {
    return "sapflow.incident" + (this == INCIDENT ? "" : "." + name().toLowerCase(Locale.ROOT));
  }
}
