package io.sapflow.gate;

import io.sapflow.schema.OffsetEvidence;
import io.sapflow.schema.SourceEvidence;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Tells which source drives a version toward harm, by the push of its examples. */
public final class Attribution {

  /** Makes a median absolute deviation comparable to a standard deviation. */
  private static final double MAD_TO_DEVIATION = 1.4826;

  /**
   * A source's own deviation counts up to so many times the others': a single odd example widens
   * it, and so does a mixture with poison, which must not hide in it.
   */
  private static final double OWN_DEVIATION = 2;

  /**
   * Correlation that is allowed for between the pushes of a source's examples where there is but
   * one other source: many are measured along one direction, to which what a source speaks of may
   * be nearer or farther. Of several others it shows in how far they lie apart.
   */
  private static final double SHARED = 0.01;

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

  /** Slices by their mean push, the strongest first; those without a known push come last. */
  public static List<OffsetEvidence> rankedSlices(List<OffsetEvidence> slices) {
    return slices.stream()
        .sorted(
            Comparator.comparing(
                    OffsetEvidence::getMeanPush, Comparator.nullsFirst(Comparator.naturalOrder()))
                .reversed()
                .thenComparing(OffsetEvidence::getFirstStep))
        .toList();
  }

  /** The source with the strongest mean push, if it stands out from the others. */
  public static Optional<SourceEvidence> standingOut(
      List<SourceEvidence> sources, GateLimits.SourceLimits limits) {
    return ranked(sources).stream()
        .filter(source -> source.getMeanPush() != null)
        .findFirst()
        .filter(
            first -> deviations(first, sources, limits.pushes()).orElse(0) > limits.deviations());
  }

  /**
   * How far a source's mean push lies above the median of the others', in deviations; 0 unless it
   * is above zero. The deviation is the larger one of how far the others' means lie apart, and of
   * the standard error of so many examples' means; of two sources they count as not quite
   * independent.
   *
   * @param fewest examples with a known push that say enough
   * @return empty where too few pushes are known, or no other source to compare with
   */
  public static OptionalDouble deviations(
      SourceEvidence source, List<SourceEvidence> sources, int fewest) {
    List<SourceEvidence> others =
        sources.stream()
            .filter(other -> !other.getSource().equals(source.getSource()))
            .filter(other -> other.getMeanPush() != null && other.getPushDeviation() != null)
            .toList();
    if (source.getMeanPush() == null || source.getPushes() < fewest || others.isEmpty()) {
      return OptionalDouble.empty();
    }
    if (source.getMeanPush() <= 0) {
      return OptionalDouble.of(0);
    }
    double middle = median(others.stream().mapToDouble(SourceEvidence::getMeanPush).toArray());
    double apart =
        MAD_TO_DEVIATION
            * median(
                others.stream().mapToDouble(o -> Math.abs(o.getMeanPush() - middle)).toArray());
    double deviation = Math.max(apart, ofMeans(source, others));
    double above = source.getMeanPush() - middle;
    // Where nobody deviates, who lies no higher must not become what is not a number.
    return OptionalDouble.of(above == 0 ? 0 : above / deviation);
  }

  /** The standard error of the difference between a source's mean push and the others'. */
  private static double ofMeans(SourceEvidence source, List<SourceEvidence> others) {
    double theirs = median(others.stream().mapToDouble(SourceEvidence::getPushDeviation).toArray());
    double own = source.getPushDeviation() == null ? theirs : source.getPushDeviation();
    double counted = Math.max(theirs, Math.min(own, OWN_DEVIATION * theirs));
    double shared = others.size() == 1 ? SHARED : 0;
    double pushes =
        others.stream().mapToDouble(other -> independent(other.getPushes(), shared)).sum();
    return Math.sqrt(
        theirs * theirs / Math.max(1, pushes)
            + counted * counted / independent(source.getPushes(), shared));
  }

  /**
   * How many independent examples would say as much as these: their number over the design effect
   * of a cluster (Kish, Survey Sampling, 1965).
   */
  private static double independent(int pushes, double shared) {
    return pushes / (1 + shared * (pushes - 1));
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    java.util.Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
