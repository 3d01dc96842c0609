package io.sapflow.ops.blame;

import io.sapflow.gate.Attribution;
import io.sapflow.gate.GateLimits;
import io.sapflow.schema.SourceEvidence;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Slices of one kind, the worst first, and the one of them that is to blame. */
final class Ranking {

  private final List<Finding> findings;

  Ranking(List<Finding> findings) {
    this.findings = findings.stream().sorted(Finding.WORST_FIRST).toList();
  }

  /** The findings, the worst first. */
  List<Finding> findings() {
    return findings;
  }

  /**
   * The one slice that alone is beyond the gate's limits where the others are not: by its harmful
   * score, or where that was not measured, by standing out with its push. Nobody is to blame where
   * the parent itself is beyond them, or where there is nothing to compare with.
   *
   * @param parent null where nothing was measured
   */
  Optional<Finding> culprit(Measure parent, GateLimits limits) {
    if (findings.size() < 2) {
      return Optional.empty();
    }
    if (parent == null) {
      return standingOut(limits.sources());
    }
    List<Finding> beyond =
        findings.stream().filter(finding -> finding.beyond(limits.harmfulScore())).toList();
    return parent.harmfulScore() <= limits.harmfulScore() && beyond.size() == 1
        ? Optional.of(beyond.get(0))
        : Optional.empty();
  }

  private Optional<Finding> standingOut(GateLimits.SourceLimits limits) {
    return Attribution.standingOut(
            findings.stream().map(finding -> evidence(finding.slice())).toList(), limits)
        .flatMap(
            out ->
                findings.stream()
                    .filter(finding -> finding.slice().name().equals(out.getSource()))
                    .findFirst());
  }

  private static SourceEvidence evidence(Slice slice) {
    double[] pushes =
        slice.examples().stream()
            .map(Suspect::push)
            .filter(Objects::nonNull)
            .mapToDouble(Double::doubleValue)
            .toArray();
    Double mean = slice.meanPush();
    double squares = 0;
    for (double push : pushes) {
      squares += (push - mean) * (push - mean);
    }
    return SourceEvidence.newBuilder()
        .setSource(slice.name())
        .setExamples(slice.examples().size())
        .setShare(1)
        .setPushes(pushes.length)
        .setMeanPush(mean)
        .setMaxPush(null)
        .setPushDeviation(pushes.length < 2 ? null : Math.sqrt(squares / (pushes.length - 1)))
        .build();
  }
}
