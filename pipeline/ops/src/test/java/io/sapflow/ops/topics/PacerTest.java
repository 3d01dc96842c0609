package io.sapflow.ops.topics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PacerTest {

  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);

  private Pacer pacer(double rate) {
    return new Pacer(rate, now::get);
  }

  @Test
  void pause_isUntilTheNextIsDue() {
    Pacer pacer = pacer(2);
    assertThat(pacer.pause(0)).isZero();
    assertThat(pacer.pause(1)).isEqualTo(SECOND / 2);
    now.addAndGet(SECOND);
    assertThat(pacer.pause(1)).isEqualTo(-SECOND / 2);
    assertThat(pacer(0).pause(1_000)).isZero();
  }

  @Test
  void pause_afterAStall_makesASecondGood() {
    Pacer pacer = pacer(10);
    now.addAndGet(100 * SECOND);
    int atOnce = 0;
    while (pacer.pause(atOnce) <= 0) {
      atOnce++;
    }
    assertThat(atOnce).isEqualTo(11);
  }

  @Test
  void pause_tinyRate_isLongAndOverflowsNothing() {
    assertThat(pacer(Double.MIN_VALUE).pause(1)).isBetween(1L << 60, Long.MAX_VALUE / 2);
  }
}
