package io.sapflow.telemetry;

import java.util.Locale;

/** Attributes that no semantic convention has a name for. */
public enum OwnName {
  JOB,
  ADAPTER,
  VERSION,
  DIGEST,
  GENERATION,
  STEP,
  VERDICT,
  JUDGE,
  PROMPTS,
  PROMPT_SET_DIGEST,
  PROMOTED_VERSION,
  RESOLVED_VERSION,
  HARMFUL_VERSIONS,
  SOURCE;

  /** As collectors see it. */
  public String key() {
    return "sapflow." + name().toLowerCase(Locale.ROOT);
  }
}
