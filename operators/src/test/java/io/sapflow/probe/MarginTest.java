package io.sapflow.probe;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class MarginTest {

  @Test
  void values_few_haveStudentsInterval() {
    // Standard deviation 1, so half the interval is t(2) / sqrt(3).
    Margin margin = Margin.of(new double[] {1, 2, 3});
    assertThat(margin.mean()).isEqualTo(2);
    assertThat(margin.low()).isCloseTo(2 - 4.303 / Math.sqrt(3), Offset.offset(1e-9));
    assertThat(margin.high()).isCloseTo(2 + 4.303 / Math.sqrt(3), Offset.offset(1e-9));
  }

  @Test
  void values_many_haveNearlyTheNormalInterval() {
    double[] values = new double[121];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 2;
    }
    double deviation = Math.sqrt(60.0 * 61 / 121 / 120);
    // t(120) is 1.97993.
    assertThat(Margin.of(values).high() - Margin.of(values).mean())
        .isCloseTo(1.97993 * deviation / 11, Offset.offset(1e-4));
  }

  @Test
  void value_alone_hasNoInterval() {
    assertThat(Margin.of(new double[] {4})).isEqualTo(new Margin(4, null, null));
  }
}
