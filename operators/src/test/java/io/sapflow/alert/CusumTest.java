package io.sapflow.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CusumTest {

  private static final int BASELINE = 40;

  private final SplittableRandom random = new SplittableRandom(7);

  /** Values around a mean, uniform, of deviation 0.1. */
  private Cusum run(Cusum cusum, int values, double mean) {
    Cusum last = cusum;
    for (int i = 0; i < values; i++) {
      last = last.after(mean + 0.1 * Math.sqrt(12) * (random.nextDouble() - 0.5));
    }
    return last;
  }

  @Test
  void baseline_isTheFirstValues_andSumsNothing() {
    Cusum cusum = Cusum.NONE;
    for (int i = 0; i < BASELINE; i++) {
      cusum = cusum.after(i % 2);
    }
    assertThat(cusum.mean()).isEqualTo(0.5);
    assertThat(cusum.variance()).isCloseTo(0.25, org.assertj.core.data.Offset.offset(1e-12));
    assertThat(cusum.sum()).isZero();
  }

  @Test
  void values_aroundTheirMean_neverSumUp() {
    Cusum cusum = run(Cusum.NONE, BASELINE, 0);
    double most = 0;
    for (int i = 0; i < 5000; i++) {
      cusum = run(cusum, 1, 0);
      most = Math.max(most, cusum.sum());
    }
    assertThat(most).isLessThan(Rule.DRIFT.threshold());
  }

  @Test
  void shift_ofThreeDeviations_crossesWithinTenValues() {
    Cusum cusum = run(Cusum.NONE, 200, 0);
    assertThat(run(cusum, 10, 0.3).sum()).isGreaterThan(Rule.DRIFT.threshold());
  }

  @Test
  void oneValue_howeverFarAway_isNoDrift() {
    Cusum cusum = run(Cusum.NONE, 200, 0);
    assertThat(cusum.after(1e9).sum()).isLessThan(Rule.DRIFT.threshold());
  }

  @Test
  void cleared_keepsTheBaseline() {
    Cusum cusum = run(run(Cusum.NONE, 200, 0), 10, 0.3);
    Cusum cleared = cusum.cleared();
    assertThat(cleared.sum()).isZero();
    assertThat(cleared.mean()).isEqualTo(cusum.mean());
  }

  @Test
  void values_withoutAnyDeviation_areNoDrift() {
    Cusum cusum = Cusum.NONE;
    for (int i = 0; i < 100; i++) {
      cusum = cusum.after(0.25);
    }
    assertThat(cusum.sum()).isZero();
  }
}
