package io.sapflow.schema;

/** The names of a job's topics where nothing else is said. */
public final class Topics {

  public static final String EXAMPLES = "sapflow.examples.v1";
  public static final String SAFETY_PAIRS = "sapflow.safety-pairs.v1";
  public static final String PROBE_PROMPTS = "sapflow.probe-prompts.v1";
  public static final String CONTROL = "sapflow.control.v1";
  public static final String STEPS = "sapflow.steps.v1";
  public static final String ADAPTERS = "sapflow.adapters.v1";
  public static final String PROBES = "sapflow.probes.v1";
  public static final String ALERTS = "sapflow.alerts.v1";
  public static final String QUARANTINE = "sapflow.quarantine.v1";
  public static final String HOLDS = "sapflow.holds.v1";

  private Topics() {}
}
