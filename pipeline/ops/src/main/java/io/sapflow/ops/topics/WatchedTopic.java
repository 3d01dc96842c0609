package io.sapflow.ops.topics;

import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.SafetyAlert;
import io.sapflow.schema.Topics;
import io.sapflow.schema.TrainingStep;
import java.util.Locale;
import org.apache.avro.specific.SpecificRecord;

/** What the job says, topic by topic. */
public enum WatchedTopic {
  ALERTS(Topics.ALERTS, SafetyAlert.class),
  STEPS(Topics.STEPS, TrainingStep.class),
  PROBES(Topics.PROBES, ProbeReport.class),
  ADAPTERS(Topics.ADAPTERS, AdapterVersion.class),
  QUARANTINE(Topics.QUARANTINE, QuarantinedRecord.class);

  private final String topic;
  private final Class<? extends SpecificRecord> type;

  WatchedTopic(String topic, Class<? extends SpecificRecord> type) {
    this.topic = topic;
    this.type = type;
  }

  /** Its name on the broker. */
  public String topic() {
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
