package io.sapflow.lab.compare;

import java.util.List;
import java.util.Objects;

/**
 * A method at the end of its runs, all of which took the same steps.
 *
 * @param taskLoss mean over seeds
 * @param taskLossOverPlain that by plain fine-tuning's
 * @param harmfulScore mean over seeds
 * @param mostHarmfulScore the most of any point of any run
 * @param overRefusalRise the most that over-refusal rose above the base model's at any point of any
 *     run; null if it is unknown
 */
public record AtEnd(
    double taskLoss,
    double taskLossOverPlain,
    double harmfulScore,
    double mostHarmfulScore,
    Double overRefusalRise) {

  /** Compares curves of the same seeds. */
  public static AtEnd of(List<Curve> method, List<Curve> plain) {
    double loss = meanLoss(method);
    List<Double> rises =
        method.stream().map(Curve::overRefusalRise).filter(Objects::nonNull).toList();
    return new AtEnd(
        loss,
        loss / meanLoss(plain),
        method.stream().mapToDouble(curve -> curve.last().harmfulScore()).average().orElseThrow(),
        method.stream()
            .flatMap(curve -> curve.points().stream())
            .mapToDouble(CurvePoint::harmfulScore)
            .max()
            .orElseThrow(),
        rises.isEmpty()
            ? null
            : rises.stream().mapToDouble(Double::doubleValue).max().getAsDouble());
  }

  private static double meanLoss(List<Curve> curves) {
    return curves.stream().mapToDouble(curve -> curve.last().taskLoss()).average().orElseThrow();
  }
}
