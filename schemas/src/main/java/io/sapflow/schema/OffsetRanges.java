package io.sapflow.schema;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Ranges of records' offsets. */
public final class OffsetRanges {

  private static final Comparator<OffsetRange> PLACE =
      Comparator.comparing(OffsetRange::getTopic)
          .thenComparing(OffsetRange::getPartition)
          .thenComparing(OffsetRange::getFirstOffset);

  private OffsetRanges() {}

  /**
   * The same offsets by topic, partition and offset, neighbouring and overlapping ranges joined.
   */
  public static List<OffsetRange> join(Collection<OffsetRange> ranges) {
    List<OffsetRange> joined = new ArrayList<>();
    for (OffsetRange range : ranges.stream().sorted(PLACE).toList()) {
      OffsetRange last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
      if (last != null
          && last.getTopic().equals(range.getTopic())
          && last.getPartition() == range.getPartition()
          && range.getFirstOffset() <= last.getLastOffset() + 1) {
        joined.set(
            joined.size() - 1,
            new OffsetRange(
                last.getTopic(),
                last.getPartition(),
                last.getFirstOffset(),
                Math.max(last.getLastOffset(), range.getLastOffset())));
      } else {
        joined.add(range);
      }
    }
    return joined;
  }
}
