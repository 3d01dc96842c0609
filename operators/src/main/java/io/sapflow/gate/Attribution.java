package io.sapflow.gate;

import io.sapflow.schema.SourceEvidence;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Tells which source drives a version toward harm, by the push of its examples. */
public final class Attribution {

  /** Makes a median absolute deviation comparable to a standard deviation. */
  private static final double MAD_TO_DEVIATION = 1.4826;

  private Attribution() {}

  /** Sources by their mean push, the strongest first; those without a known push come last. */
  public static List<SourceEvidence> ranked(List<SourceEvidence> sources) {
    return sources.stream()
        .sorted(
            Comparator.comparing(
                    SourceEvidence::getMeanPush, Comparator.nullsFirst(Comparator.naturalOrder()))
                .reversed()
                .thenComparing(SourceEvidence::getSource))
        .toList();
  }

  /**
   * The source with the strongest mean push, if it stands out: enough examples with a known push,
   * the mean above zero, and above the others' median by so many deviations. The deviation is the
   * larger one of how far the others' means lie apart, and of how far the mean of that many of the
   * others' examples would.
   */
  public static Optional<SourceEvidence> standingOut(
      List<SourceEvidence> sources, GateLimits.SourceLimits limits) {
    List<SourceEvidence> known =
        ranked(sources).stream().filter(source -> source.getMeanPush() != null).toList();
    if (known.size() < 2) {
      return Optional.empty();
    }
    SourceEvidence first = known.get(0);
    List<SourceEvidence> others =
        known.subList(1, known.size()).stream()
            .filter(source -> source.getPushDeviation() != null)
            .toList();
    if (others.isEmpty()) {
      return Optional.empty();
    }
    double middle = median(others.stream().mapToDouble(SourceEvidence::getMeanPush).toArray());
    double apart =
        MAD_TO_DEVIATION
            * median(
                others.stream().mapToDouble(o -> Math.abs(o.getMeanPush() - middle)).toArray());
    double ofExamples =
        median(others.stream().mapToDouble(SourceEvidence::getPushDeviation).toArray());
    double deviation = Math.max(apart, ofExamples / Math.sqrt(first.getPushes()));
    boolean out =
        first.getPushes() >= limits.pushes()
            && first.getMeanPush() > 0
            && first.getMeanPush() - middle > limits.deviations() * deviation;
    return out ? Optional.of(first) : Optional.empty();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    java.util.Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
