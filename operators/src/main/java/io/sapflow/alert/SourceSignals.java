package io.sapflow.alert;

import io.sapflow.schema.SourceEvidence;
import io.sapflow.schema.SourceSignal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How the sources of an adapter have pushed of late; older examples weigh less. */
final class SourceSignals {

  /** Weight that is left after each step whose pushes are known. */
  private static final double MEMORY = 0.95;

  /** Beyond so many sources those with the least weight are forgotten. */
  private static final int MOST_SOURCES = 200;

  /** Below this a source is forgotten. */
  private static final double LEAST_WEIGHT = 0.1;

  private SourceSignals() {}

  /**
   * The sources after a step.
   *
   * @param step the step's sources, of which those with known pushes count
   */
  static List<SourceSignal> after(List<SourceSignal> before, List<SourceEvidence> step) {
    if (step.stream().noneMatch(source -> source.getPushes() > 0)) {
      return before;
    }
    Map<String, SourceSignal> sources = new LinkedHashMap<>();
    for (SourceSignal known : before) {
      if (known.getWeight() * MEMORY >= LEAST_WEIGHT) {
        sources.put(
            known.getSource(),
            SourceSignal.newBuilder(known)
                .setWeight(known.getWeight() * MEMORY)
                .setSquares(known.getSquares() * MEMORY)
                .build());
      }
    }
    for (SourceEvidence evidence : step) {
      if (evidence.getPushes() > 0) {
        sources.merge(evidence.getSource(), signal(evidence), SourceSignals::sum);
      }
    }
    return sources.values().stream()
        .sorted(Comparator.comparing(SourceSignal::getWeight).reversed())
        .limit(MOST_SOURCES)
        .toList();
  }

  private static SourceSignal signal(SourceEvidence evidence) {
    double deviation = evidence.getPushDeviation() == null ? 0 : evidence.getPushDeviation();
    return new SourceSignal(
        evidence.getSource(),
        evidence.getVerified(),
        (double) evidence.getPushes(),
        evidence.getMeanPush(),
        deviation * deviation * (evidence.getPushes() - 1),
        evidence.getMaxPush());
  }

  /** Both together (Chan, Golub and LeVeque, 1979). */
  private static SourceSignal sum(SourceSignal a, SourceSignal b) {
    double weight = a.getWeight() + b.getWeight();
    double distance = b.getMeanPush() - a.getMeanPush();
    return new SourceSignal(
        a.getSource(),
        a.getVerified() && b.getVerified(),
        weight,
        a.getMeanPush() + distance * b.getWeight() / weight,
        a.getSquares()
            + b.getSquares()
            + distance * distance * a.getWeight() * b.getWeight() / weight,
        Math.max(a.getMaxPush(), b.getMaxPush()));
  }

  /** The sources as evidence; counts are weights, rounded down. */
  static List<SourceEvidence> evidence(List<SourceSignal> signals) {
    double all = signals.stream().mapToDouble(SourceSignal::getWeight).sum();
    List<SourceEvidence> evidence = new ArrayList<>();
    for (SourceSignal signal : signals) {
      int count = (int) signal.getWeight();
      evidence.add(
          SourceEvidence.newBuilder()
              .setSource(signal.getSource())
              .setVerified(signal.getVerified())
              .setExamples(count)
              .setShare(signal.getWeight() / all)
              .setPushes(count)
              .setMeanPush(signal.getMeanPush())
              .setMaxPush(signal.getMaxPush())
              .setPushDeviation(
                  count < 2 ? null : Math.sqrt(signal.getSquares() / (signal.getWeight() - 1)))
              .build());
    }
    return evidence;
  }
}
