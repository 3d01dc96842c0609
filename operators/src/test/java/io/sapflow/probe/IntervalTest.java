package io.sapflow.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class IntervalTest {

  @Test
  void share_ofAPublishedTable_isWilsonsInterval() {
    // Newcombe (1998), table I: 81 of 263 gives 0.2553 to 0.3662.
    Interval interval = Interval.of(81, 263);
    assertThat(interval.low()).isCloseTo(0.2553, within(5e-5));
    assertThat(interval.high()).isCloseTo(0.3662, within(5e-5));
  }

  @Test
  void share_atTheEnds_staysInsideTheInterval() {
    assertThat(Interval.of(0, 20).low()).isZero();
    assertThat(Interval.of(0, 20).high()).isBetween(0.15, 0.17);
    assertThat(Interval.of(20, 20).high()).isEqualTo(1);
  }

  @Test
  void share_thatIsNone_isRefused() {
    assertThatThrownBy(() -> Interval.of(3, 2)).hasMessage("3 of 2 is no share");
    assertThatThrownBy(() -> Interval.of(0, 0)).hasMessage("0 of 0 is no share");
  }
}
