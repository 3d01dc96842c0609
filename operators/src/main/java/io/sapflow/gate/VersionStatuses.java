package io.sapflow.gate;

import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.VersionStatus;

/** Where a judgement leaves its version. */
final class VersionStatuses {

  private VersionStatuses() {}

  /** The version with its new status; null where the judgement changes none. */
  static AdapterVersion of(Judgement judgement) {
    return switch (judgement.verdict()) {
      case PROMOTE -> version(judgement, VersionStatus.PROMOTED);
      case REJECT, ROLL_BACK, PAUSE, QUARANTINE_SOURCE ->
          version(judgement, VersionStatus.REJECTED);
      case HOLD, STALE -> null;
    };
  }

  private static AdapterVersion version(Judgement judgement, VersionStatus status) {
    ProbeReport report = judgement.report();
    return AdapterVersion.newBuilder()
        .setAdapterId(report.getAdapterId())
        .setVersion(report.getVersion())
        .setGeneration(report.getGeneration())
        .setStep(report.getStep())
        .setUpdates(report.getUpdates())
        .setParent(report.getParent())
        .setUri(report.getUri())
        .setSha256(report.getSha256())
        .setStatus(status)
        .setOffsets(report.getOffsets())
        .setSources(report.getSources())
        .setSlices(report.getSlices())
        .setBaseModel(report.getBaseModel())
        .setReason(judgement.reason())
        .build();
  }
}
