package io.sapflow.alert;

import io.sapflow.gate.Judgement;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.QuarantineReason;
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
 * @param pointer the version that the adapter's pointer names; empty where there is none
 */
public record Watched(
    String adapterId,
    Judgement judgement,
    TrainingStep step,
    AdapterVersion candidate,
    QuarantinedRecord quarantined,
    String pointer) {

  /** Stands for the adapter of records that name none that there is; no adapter's id. */
  public static final String NO_ADAPTER = "(none)";

  /** A judged report. */
  public static Watched of(Judgement judgement) {
    return new Watched(judgement.report().getAdapterId(), judgement, null, null, null, null);
  }

  /** A step. */
  public static Watched of(TrainingStep step) {
    return new Watched(step.getAdapterId(), null, step, null, null, null);
  }

  /** A version that was made. */
  public static Watched of(AdapterVersion candidate) {
    return new Watched(candidate.getAdapterId(), null, null, candidate, null, null);
  }

  /** A record that went to quarantine, without its bytes. */
  public static Watched of(QuarantinedRecord record) {
    boolean none = record.getAdapterId() == null || QuarantineReason.UNKNOWN_ADAPTER.of(record);
    return new Watched(
        none ? NO_ADAPTER : record.getAdapterId(),
        null,
        null,
        null,
        QuarantinedRecord.newBuilder(record)
            .setKey(null)
            .setSignature(null)
            .setValue(java.nio.ByteBuffer.allocate(0))
            .build(),
        null);
  }

  /** What an adapter's pointer names. */
  public static Watched ofPointer(String adapterId, String version) {
    return new Watched(adapterId, null, null, null, null, version == null ? "" : version);
  }
}
