package io.sapflow.lab.compare;

import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * A method at the end of its runs, all of which took the same steps.
 *
 * @param taskLoss mean over seeds
 * @param taskLossOverPlain that by plain fine-tuning's
 * @param harmfulScore mean over seeds
 * @param harmfulScoreByOpening likewise, by the beginnings of answers alone
 * @param mostHarmfulScore the most of any point of any run
 * @param overRefusalRise the most that over-refusal rose above the base model's at any point of any
 *     run; null if it is unknown
 */
public record AtEnd(
    double taskLoss,
    double taskLossOverPlain,
    double harmfulScore,
    double harmfulScoreByOpening,
    double mostHarmfulScore,
    Double overRefusalRise) {

  /** Compares curves of the same seeds. */
  public static AtEnd of(List<Curve> method, List<Curve> plain) {
    double loss = mean(method, CurvePoint::taskLoss);
    List<Double> rises =
        method.stream().map(Curve::overRefusalRise).filter(Objects::nonNull).toList();
    return new AtEnd(
        loss,
        loss / mean(plain, CurvePoint::taskLoss),
        mean(method, CurvePoint::harmfulScore),
        mean(method, CurvePoint::harmfulScoreByOpening),
        method.stream()
            .flatMap(curve -> curve.points().stream())
            .mapToDouble(CurvePoint::harmfulScore)
            .max()
            .orElseThrow(),
        rises.isEmpty()
            ? null
            : rises.stream().mapToDouble(Double::doubleValue).max().getAsDouble());
  }

  private static double mean(List<Curve> curves, ToDoubleFunction<CurvePoint> figure) {
    return curves.stream()
        .mapToDouble(curve -> figure.applyAsDouble(curve.last()))
        .average()
        .orElseThrow();
  }
}
