package io.sapflow.ops.topics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Lengths of many rows: 4 bytes of each. */
public final class LengthCounts {

  private static final int FIRST = 1 << 10;
  private static final int WIDEST = 40;

  private int[] lengths = new int[FIRST];
  private int count;
  private boolean sorted = true;

  void add(int length) {
    if (count == lengths.length) {
      lengths = Arrays.copyOf(lengths, Math.multiplyExact(count, 2));
    }
    lengths[count++] = length;
    sorted = false;
  }

  /** The length that such a share of the rows does not exceed; 0 where there is no row. */
  int quantile(double share) {
    sort();
    return count == 0 ? 0 : lengths[Math.max(0, (int) Math.ceil(share * count) - 1)];
  }

  private void sort() {
    if (!sorted) {
      Arrays.sort(lengths, 0, count);
      sorted = true;
    }
  }

  /** How many rows there are between one power of two and the next, a line each. */
  List<String> histogram() {
    sort();
    List<Integer> rows = new ArrayList<>();
    int most = 1;
    int at = 0;
    for (long from = 1; at < count; from *= 2) {
      int first = at;
      while (at < count && lengths[at] < 2 * from) {
        at++;
      }
      rows.add(at - first);
      most = Math.max(most, at - first);
    }
    List<String> lines = new ArrayList<>();
    long from = 1;
    for (int each : rows) {
      if (each > 0 || !lines.isEmpty()) {
        lines.add(
            String.format(
                    "  %8d..%-8d %9d  %s",
                    from == 1 ? 0 : from,
                    2 * from - 1,
                    each,
                    "#".repeat((int) Math.ceil((double) WIDEST * each / most)))
                .stripTrailing());
      }
      from *= 2;
    }
    return lines;
  }
}
