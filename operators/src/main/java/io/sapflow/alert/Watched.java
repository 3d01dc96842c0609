package io.sapflow.alert;

import io.sapflow.gate.Judgement;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.TrainingStep;

/**
 * What alerts watch of an adapter: one of these, the others null.
 *
 * @param adapterId the adapter
 * @param judgement a judged report
 * @param step a step
 * @param candidate a version that was made
 * @param quarantined a record that went to quarantine
 */
public record Watched(
    String adapterId,
    Judgement judgement,
    TrainingStep step,
    AdapterVersion candidate,
    QuarantinedRecord quarantined) {

  /** Stands for the adapter of records that name none. */
  public static final String NO_ADAPTER = "unknown";

  /** A judged report. */
  public static Watched of(Judgement judgement) {
    return new Watched(judgement.report().getAdapterId(), judgement, null, null, null);
  }

  /** A step. */
  public static Watched of(TrainingStep step) {
    return new Watched(step.getAdapterId(), null, step, null, null);
  }

  /** A version that was made. */
  public static Watched of(AdapterVersion candidate) {
    return new Watched(candidate.getAdapterId(), null, null, candidate, null);
  }

  /** A record that went to quarantine, without its bytes. */
  public static Watched of(QuarantinedRecord record) {
    String adapter = record.getAdapterId() == null ? NO_ADAPTER : record.getAdapterId();
    return new Watched(
        adapter,
        null,
        null,
        null,
        QuarantinedRecord.newBuilder(record)
            .setKey(null)
            .setValue(java.nio.ByteBuffer.allocate(0))
            .build());
  }
}
