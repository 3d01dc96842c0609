package io.sapflow.ops.topics;

import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.schema.Topic;
import io.sapflow.schema.TrainingStep;
import java.util.Locale;
import org.apache.avro.specific.SpecificRecord;

/** What the job says, topic by topic. */
public enum WatchedTopic {
  ALERTS(Topic.ALERTS, SafetyAlert.class),
  STEPS(Topic.STEPS, TrainingStep.class),
  PROBES(Topic.PROBES, ProbeReport.class),
  ADAPTERS(Topic.ADAPTERS, AdapterVersion.class),
  QUARANTINE(Topic.QUARANTINE, QuarantinedRecord.class);

  private final Topic topic;
  private final Class<? extends SpecificRecord> type;

  WatchedTopic(Topic topic, Class<? extends SpecificRecord> type) {
    this.topic = topic;
    this.type = type;
  }

  /** The topic. */
  public Topic topic() {
    return topic;
  }

  /** The type of its records. */
  public Class<? extends SpecificRecord> type() {
    return type;
  }

  /** As the command line calls it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
