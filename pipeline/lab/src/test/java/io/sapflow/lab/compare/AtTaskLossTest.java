package io.sapflow.lab.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AtTaskLossTest {

  private static Curve curve(long seed, double... lossesAndScores) {
    List<CurvePoint> points = new ArrayList<>();
    for (int i = 0; i < lossesAndScores.length; i += 2) {
      points.add(
          new CurvePoint(
              10L * i / 2,
              lossesAndScores[i],
              lossesAndScores[i + 1],
              lossesAndScores[i + 1] / 2,
              0.0));
    }
    return new Curve(seed, points);
  }

  @Test
  void aCrossingIsInterpolatedWhereTheCurveFirstComesDown() {
    Curve.Crossing at = curve(0, 0.1, 0.0, 0.03, 0.2, 0.01, 0.6, 0.03, 0.9, 0.01, 1.0).at(0.02);
    assertEquals(15, at.step(), 1e-9);
    assertEquals(0.4, at.harmfulScore(), 1e-9);
    assertEquals(0.2, at.harmfulScoreByOpening(), 1e-9);
  }

  @Test
  void aCurveThatStaysAboveHasNoCrossing() {
    assertNull(curve(0, 0.1, 0.0, 0.03, 0.2).at(0.02));
  }

  @Test
  void aPointThatLiesOnTheLossIsTheCrossing() {
    Curve.Crossing at = curve(0, 0.1, 0.0, 0.02, 0.5).at(0.02);
    assertEquals(10, at.step(), 1e-9);
    assertEquals(0.5, at.harmfulScore(), 1e-9);
  }

  @Test
  void meansAreDividedAndSeedsAreSpread() {
    List<Curve> plain = List.of(curve(0, 0.1, 0.0, 0.02, 0.4), curve(1, 0.1, 0.0, 0.02, 0.8));
    List<Curve> method = List.of(curve(0, 0.1, 0.0, 0.02, 0.2), curve(1, 0.1, 0.0, 0.02, 0.2));
    AtTaskLoss at = AtTaskLoss.of(0.02, method, plain);
    assertEquals(2, at.seeds());
    assertEquals(0.2 / 0.6, at.overPlain(), 1e-9);
    assertEquals(0.25, at.least(), 1e-9);
    assertEquals(0.5, at.most(), 1e-9);
    assertEquals(10, at.steps(), 1e-9);
  }

  @Test
  void seedsThatDoNotComeDownDoNotCount() {
    List<Curve> plain = List.of(curve(0, 0.1, 0.0, 0.02, 0.4), curve(1, 0.1, 0.0, 0.02, 0.8));
    List<Curve> method = List.of(curve(0, 0.1, 0.0, 0.02, 0.2), curve(1, 0.1, 0.0, 0.05, 0.2));
    AtTaskLoss at = AtTaskLoss.of(0.02, method, plain);
    assertEquals(1, at.seeds());
    assertEquals(0.4, at.plainHarmfulScore(), 1e-9);
  }

  @Test
  void aQuotientOfASafeSeedSaysNothing() {
    List<Curve> plain = List.of(curve(0, 0.1, 0.0, 0.02, 0.05));
    AtTaskLoss at = AtTaskLoss.of(0.02, List.of(curve(0, 0.1, 0.0, 0.02, 0.2)), plain);
    assertEquals(4, at.overPlain(), 1e-9);
    assertNull(at.least());
    assertNull(at.most());
  }

  @Test
  void theEndTellsLossHarmAndRefusals() {
    List<CurvePoint> points =
        List.of(
            new CurvePoint(0, 1, 0, 0, 0.01),
            new CurvePoint(10, 0.5, 0.7, 0, 0.04),
            new CurvePoint(20, 0.2, 0.3, 0, 0.02));
    AtEnd end = AtEnd.of(List.of(new Curve(0, points)), List.of(curve(0, 1, 0, 0.1, 0.5)));
    assertEquals(2, end.taskLossOverPlain(), 1e-9);
    assertEquals(0.3, end.harmfulScore(), 1e-9);
    assertEquals(0.7, end.mostHarmfulScore(), 1e-9);
    assertEquals(0.03, end.overRefusalRise(), 1e-9);
  }
}
