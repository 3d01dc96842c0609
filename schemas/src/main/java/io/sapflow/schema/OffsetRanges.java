package io.sapflow.schema;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

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
      if (last != null && samePartition(last, range) && gap(last, range) <= 1) {
        joined.set(joined.size() - 1, both(last, range));
      } else {
        joined.add(range);
      }
    }
    return joined;
  }

  /**
   * The same where they are few enough; else the ranges that lie closest become one, which holds
   * what lies between them, too. More than one for each partition are not asked for.
   *
   * @param joined ranges as {@link #join} gives them
   */
  public static List<OffsetRange> atMost(int most, List<OffsetRange> joined) {
    if (joined.size() <= most) {
      return joined;
    }
    long[] gaps =
        IntStream.range(1, joined.size())
            .filter(i -> samePartition(joined.get(i - 1), joined.get(i)))
            .mapToLong(i -> gap(joined.get(i - 1), joined.get(i)))
            .sorted()
            .toArray();
    long widest = gaps.length == 0 ? 0 : gaps[Math.min(gaps.length, joined.size() - most) - 1];
    List<OffsetRange> fewer = new ArrayList<>();
    for (OffsetRange range : joined) {
      OffsetRange last = fewer.isEmpty() ? null : fewer.get(fewer.size() - 1);
      if (last != null && samePartition(last, range) && gap(last, range) <= widest) {
        fewer.set(fewer.size() - 1, both(last, range));
      } else {
        fewer.add(range);
      }
    }
    return fewer;
  }

  private static boolean samePartition(OffsetRange a, OffsetRange b) {
    return a.getTopic().equals(b.getTopic()) && a.getPartition() == b.getPartition();
  }

  /** From the last offset of a range to the first of the next; 1 where they are neighbours. */
  private static long gap(OffsetRange before, OffsetRange after) {
    return after.getFirstOffset() - before.getLastOffset();
  }

  private static OffsetRange both(OffsetRange before, OffsetRange after) {
    return new OffsetRange(
        before.getTopic(),
        before.getPartition(),
        before.getFirstOffset(),
        Math.max(before.getLastOffset(), after.getLastOffset()));
  }
}
