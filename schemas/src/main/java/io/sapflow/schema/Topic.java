package io.sapflow.schema;

import java.util.Locale;

/**
 * What a job's topics are for. What each of them is called says {@link TopicNames}. A start's
 * marker lists their names in this order: new ones come last.
 */
public enum Topic {
  EXAMPLES(Topics.EXAMPLES, "TrainingExample", Use.READS, false, false),
  SAFETY_PAIRS(Topics.SAFETY_PAIRS, "SafetyPair", Use.READS, true, true),
  PROBE_PROMPTS(Topics.PROBE_PROMPTS, "ProbePrompt", Use.READS, true, true),
  CONTROL(Topics.CONTROL, "ControlCommand", Use.READS_AND_WRITES, false, true),
  STEPS(Topics.STEPS, "TrainingStep", Use.WRITES, false, false),
  ADAPTERS(Topics.ADAPTERS, "AdapterVersion", Use.WRITES_AND_READS_BACK, false, true),
  PROBES(Topics.PROBES, "ProbeReport", Use.WRITES_AND_READS_BACK, false, true),
  ALERTS(Topics.ALERTS, "SafetyAlert", Use.WRITES_AND_READS_BACK, false, false),
  QUARANTINE(Topics.QUARANTINE, "QuarantinedRecord", Use.WRITES, false, false),
  HOLDS(Topics.HOLDS, "Hold", Use.READS_AND_WRITES, false, true);

  /** What the job does with a topic. */
  private enum Use {
    READS,
    WRITES,
    READS_AND_WRITES,
    WRITES_AND_READS_BACK
  }

  private final String byDefault;
  private final String record;
  private final Use use;
  private final boolean compacted;
  private final boolean steers;

  Topic(String byDefault, String record, Use use, boolean compacted, boolean steers) {
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
    return use.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** Whether the job reads it. */
  public boolean isRead() {
    return use != Use.WRITES;
  }

  /** Whether the job writes it. */
  public boolean isWritten() {
    return use != Use.READS;
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
