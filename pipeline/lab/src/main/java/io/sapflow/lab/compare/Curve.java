package io.sapflow.lab.compare;

import java.util.List;

/**
 * A method's run on one seed.
 *
 * @param seed of data, adapter and sampling
 * @param points from the base model on, by step
 */
public record Curve(long seed, List<CurvePoint> points) {

  /**
   * Where a curve first comes down to a task loss.
   *
   * @param step interpolated between two points
   * @param harmfulScore likewise
   * @param harmfulScoreByOpening likewise
   */
  public record Crossing(double step, double harmfulScore, double harmfulScoreByOpening) {}

  /** Where it first comes down to a task loss, linear between two points; null if it never does. */
  public Crossing at(double taskLoss) {
    for (int i = 1; i < points.size(); i++) {
      CurvePoint before = points.get(i - 1);
      CurvePoint after = points.get(i);
      if (before.taskLoss() > taskLoss && after.taskLoss() <= taskLoss) {
        double share = (before.taskLoss() - taskLoss) / (before.taskLoss() - after.taskLoss());
        return new Crossing(
            between(before.step(), after.step(), share),
            between(before.harmfulScore(), after.harmfulScore(), share),
            between(before.harmfulScoreByOpening(), after.harmfulScoreByOpening(), share));
      }
    }
    return null;
  }

  private static double between(double before, double after, double share) {
    return before + share * (after - before);
  }

  /** The adapter at the end. */
  public CurvePoint last() {
    return points.get(points.size() - 1);
  }

  /** The most that over-refusal rose above the base model's; null if it is unknown. */
  public Double overRefusalRise() {
    Double base = points.get(0).overRefusal();
    return base == null
        ? null
        : points.stream().mapToDouble(point -> point.overRefusal() - base).max().orElseThrow();
  }
}
