package io.sapflow.telemetry;

import io.sapflow.gate.Attribution;
import io.sapflow.gate.Judgement;
import io.sapflow.schema.OffsetEvidence;
import io.sapflow.schema.OffsetRange;
import java.util.List;
import java.util.Optional;

/**
 * Where harm began, as closely as a report's evidence tells, which is to a slice of training.
 *
 * @param step the first step of the slice; the version's own where there are no slices
 * @param records the first records of it; null where none are known
 */
record Onset(long step, OffsetRange records) {

  /**
   * The first slice with the source that stands out; without one, the slice that pushes toward harm
   * the most, or the first one.
   */
  static Onset of(Judgement judgement) {
    List<OffsetEvidence> slices = judgement.report().getSlices();
    Optional<OffsetEvidence> slice =
        slices.stream()
            .filter(each -> isOf(each, judgement.culprit()))
            .findFirst()
            .or(() -> strongest(slices))
            .or(() -> slices.stream().findFirst());
    return slice
        .map(each -> new Onset(each.getFirstStep(), first(each.getOffsets())))
        .orElseGet(
            () -> new Onset(judgement.report().getStep(), first(judgement.report().getOffsets())));
  }

  private static boolean isOf(OffsetEvidence slice, String source) {
    return source != null && slice.getSources().contains(source);
  }

  private static Optional<OffsetEvidence> strongest(List<OffsetEvidence> slices) {
    return Attribution.rankedSlices(slices).stream()
        .findFirst()
        .filter(each -> each.getMeanPush() != null && each.getMeanPush() > 0);
  }

  private static OffsetRange first(List<OffsetRange> ranges) {
    return ranges.isEmpty() ? null : ranges.get(0);
  }

  /** The place of the first record, in words; empty where it is not known. */
  String place() {
    return records == null
        ? ""
        : records.getTopic() + "/" + records.getPartition() + "@" + records.getFirstOffset();
  }
}
