package io.sapflow.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OffsetRangesTest {

  private static OffsetRange range(int partition, long first, long last) {
    return new OffsetRange("t", partition, first, last);
  }

  @Test
  void join_neighboursAndOverlaps_areOneRange() {
    assertThat(OffsetRanges.join(List.of(range(0, 5, 6), range(1, 7, 7), range(0, 1, 4))))
        .containsExactly(range(0, 1, 6), range(1, 7, 7));
  }

  @Test
  void atMost_few_stayAsTheyAre() {
    List<OffsetRange> ranges = List.of(range(0, 1, 1), range(0, 9, 9));
    assertThat(OffsetRanges.atMost(2, ranges)).isEqualTo(ranges);
  }

  @Test
  void atMost_many_theClosestBecomeOne() {
    List<OffsetRange> ranges =
        List.of(
            range(0, 1, 1), range(0, 9, 9), range(0, 12, 12), range(0, 20, 30), range(1, 31, 31));
    assertThat(OffsetRanges.atMost(4, ranges))
        .containsExactly(range(0, 1, 1), range(0, 9, 12), range(0, 20, 30), range(1, 31, 31));
    assertThat(OffsetRanges.atMost(1, ranges)).containsExactly(range(0, 1, 30), range(1, 31, 31));
  }

  @Test
  void atMost_equalGaps_areFewEnough() {
    List<OffsetRange> ranges = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      ranges.add(range(0, 2L * i, 2L * i));
    }
    assertThat(OffsetRanges.atMost(10, ranges)).containsExactly(range(0, 0, 198));
  }
}
