package io.sapflow.lab.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A method against plain fine-tuning where both have learnt the task equally well: each run where
 * it first comes down to a task loss. Only seeds on which both come down to it count.
 *
 * @param taskLoss where
 * @param seeds how many count
 * @param harmfulScore mean of the method's harmful scores there; null without a seed
 * @param harmfulScoreByOpening likewise, by the beginnings of answers alone
 * @param plainHarmfulScore mean of plain fine-tuning's on the same seeds
 * @param overPlain the one by the other; null where the other is 0
 * @param least the least of the seeds' own quotients; seeds on which plain fine-tuning scores under
 *     {@link #COUNTED} have none; null without any
 * @param most the most of them
 * @param steps mean of the steps that the method took
 */
public record AtTaskLoss(
    double taskLoss,
    int seeds,
    Double harmfulScore,
    Double harmfulScoreByOpening,
    Double plainHarmfulScore,
    Double overPlain,
    Double least,
    Double most,
    Double steps) {

  /** Below this harmful score of plain fine-tuning, a quotient of one seed says nothing. */
  static final double COUNTED = 0.1;

  /** Two runs on one seed, where they came down to the task loss. */
  private record Pair(Curve.Crossing method, Curve.Crossing plain) {
    Double quotient() {
      return plain.harmfulScore() < COUNTED ? null : method.harmfulScore() / plain.harmfulScore();
    }
  }

  /** Compares curves of the same seeds in the same order. */
  public static AtTaskLoss of(double taskLoss, List<Curve> method, List<Curve> plain) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < method.size(); i++) {
      Pair pair = new Pair(method.get(i).at(taskLoss), plain.get(i).at(taskLoss));
      if (pair.method() != null && pair.plain() != null) {
        pairs.add(pair);
      }
    }
    if (pairs.isEmpty()) {
      return new AtTaskLoss(taskLoss, 0, null, null, null, null, null, null, null);
    }
    double score = mean(pairs.stream().map(pair -> pair.method().harmfulScore()).toList());
    double other = mean(pairs.stream().map(pair -> pair.plain().harmfulScore()).toList());
    List<Double> quotients =
        pairs.stream().map(Pair::quotient).filter(Objects::nonNull).sorted().toList();
    return new AtTaskLoss(
        taskLoss,
        pairs.size(),
        score,
        mean(pairs.stream().map(pair -> pair.method().harmfulScoreByOpening()).toList()),
        other,
        other == 0 ? null : score / other,
        quotients.isEmpty() ? null : quotients.get(0),
        quotients.isEmpty() ? null : quotients.get(quotients.size() - 1),
        mean(pairs.stream().map(pair -> pair.method().step()).toList()));
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }
}
