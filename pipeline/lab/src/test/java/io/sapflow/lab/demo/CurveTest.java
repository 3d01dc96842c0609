package io.sapflow.lab.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CurveTest {

  @Test
  void columns_fewerThanValues_keepThePeak() {
    Curve curve = new Curve();
    for (int step = 1; step <= 100; step++) {
      curve.add(step, step == 52 ? 9.0 : 1.0);
    }
    assertThat(curve.columns(10, 100)).hasSize(10).contains(9.0);
  }

  @Test
  void columns_moreThanValues_valueStandsForTheStepsBeforeIt() {
    Curve curve = new Curve();
    curve.add(5, 1.0);
    curve.add(10, 2.0);
    assertThat(curve.columns(4, 20)).containsExactly(1.0, 1.0, 2.0, Double.NaN);
  }

  @Test
  void bars_twoLines_fillFromBelow() {
    double[] columns = {1, 0.5, 0.25, 0, Double.NaN};
    assertThat(Curve.bars(columns, 2, 1, true)).containsExactly("█    ", "██▄▁ ");
    assertThat(Curve.bars(columns, 1, 1, false)).containsExactly("@=:. ");
  }

  @Test
  void add_notFinite_isLeftOut() {
    Curve curve = new Curve();
    curve.add(1, Double.NaN);
    curve.add(2, null);
    assertThat(curve.last()).isNull();
  }
}
