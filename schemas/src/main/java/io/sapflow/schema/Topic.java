package io.sapflow.schema;

import java.util.Locale;

/** What a job's topics are for. What each of them is called says {@link TopicNames}. */
public enum Topic {
  EXAMPLES(Topics.EXAMPLES, "TrainingExample", "reads", false, false),
  SAFETY_PAIRS(Topics.SAFETY_PAIRS, "SafetyPair", "reads", true, true),
  PROBE_PROMPTS(Topics.PROBE_PROMPTS, "ProbePrompt", "reads", true, true),
  CONTROL(Topics.CONTROL, "ControlCommand", "reads and writes", false, true),
  STEPS(Topics.STEPS, "TrainingStep", "writes", false, false),
  ADAPTERS(Topics.ADAPTERS, "AdapterVersion", "writes and reads back", false, true),
  PROBES(Topics.PROBES, "ProbeReport", "writes and reads back", false, true),
  ALERTS(Topics.ALERTS, "SafetyAlert", "writes and reads back", false, false),
  QUARANTINE(Topics.QUARANTINE, "QuarantinedRecord", "writes", false, false);

  private final String byDefault;
  private final String record;
  private final String use;
  private final boolean compacted;
  private final boolean steers;

  Topic(String byDefault, String record, String use, boolean compacted, boolean steers) {
    this.byDefault = byDefault;
    this.record = record;
    this.use = use;
    this.compacted = compacted;
    this.steers = steers;
  }

  /** Its name where nothing else is said, by which a job's state knows it whatever it is called. */
  public String byDefault() {
    return byDefault;
  }

  /** The name of the type of its records. */
  public String record() {
    return record;
  }

  /** What the job does with it, such as {@code reads}. */
  public String use() {
    return use;
  }

  /** Whether it keeps the last record of each key only. */
  public boolean compacted() {
    return compacted;
  }

  /** Whether it has one partition: commands have one order. */
  public boolean onePartition() {
    return this == CONTROL;
  }

  /** Whether what is trained, judged or served follows its records, as they are signed. */
  public boolean steers() {
    return steers;
  }

  /** As options call it, such as {@code safety-pairs}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
