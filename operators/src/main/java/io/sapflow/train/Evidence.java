package io.sapflow.train;

import io.sapflow.schema.HeldExample;
import io.sapflow.schema.OffsetEvidence;
import io.sapflow.schema.OffsetRange;
import io.sapflow.schema.OffsetRanges;
import io.sapflow.schema.SourceEvidence;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.TreeMap;

/** What examples say together: where their records stand, and which sources they came from. */
final class Evidence {

  // Records of versions, reports and alerts repeat all this: it must fit what a topic takes,
  // however long nothing is promoted, and whatever names sources give themselves.

  /** The most ranges of offsets, and of a slice's. */
  private static final int RANGES = 4000;

  private static final int RANGES_OF_SLICE = 500;

  /** The most sources, and names of a slice's. */
  private static final int SOURCES = 200;

  private static final int SOURCES_OF_SLICE = 20;

  /** The most slices of what a version was trained on. */
  private static final int SLICES = 8;

  private Evidence() {}

  /**
   * Ranges of neighbouring offsets, by topic, partition and offset; of too many, the closest become
   * one.
   */
  static List<OffsetRange> offsets(Collection<HeldExample> examples) {
    return OffsetRanges.atMost(
        RANGES, OffsetRanges.join(examples.stream().map(Evidence::place).toList()));
  }

  /**
   * Slices of equal length, but for the last, in the order of training.
   *
   * @param trained examples in the order of training
   */
  static List<OffsetEvidence> slices(List<HeldExample> trained) {
    int length = (trained.size() + SLICES - 1) / SLICES;
    List<OffsetEvidence> slices = new ArrayList<>();
    for (int from = 0; from < trained.size(); from += length) {
      slices.add(slice(trained.subList(from, Math.min(trained.size(), from + length))));
    }
    return slices;
  }

  private static OffsetEvidence slice(List<HeldExample> held) {
    DoubleSummaryStatistics pushes =
        held.stream()
            .filter(each -> each.getPush() != null)
            .mapToDouble(HeldExample::getPush)
            .summaryStatistics();
    return OffsetEvidence.newBuilder()
        .setFirstStep(held.get(0).getStep())
        .setLastStep(held.get(held.size() - 1).getStep())
        .setOffsets(OffsetRanges.atMost(RANGES_OF_SLICE, offsets(held)))
        .setExamples(held.size())
        .setPushes((int) pushes.getCount())
        .setMeanPush(pushes.getCount() == 0 ? null : pushes.getAverage())
        .setSources(
            most(SOURCES_OF_SLICE, sources(held)).stream().map(SourceEvidence::getSource).toList())
        .build();
  }

  private static OffsetRange place(HeldExample held) {
    return new OffsetRange(
        held.getTopic(), held.getPartition(), held.getOffset(), held.getOffset());
  }

  /**
   * One entry for each source, in the order of their names; of too many, those whose pushes are
   * known of the most examples.
   */
  static List<SourceEvidence> sources(Collection<HeldExample> examples) {
    TreeMap<String, List<HeldExample>> bySource = new TreeMap<>();
    for (HeldExample held : examples) {
      bySource.computeIfAbsent(held.getSource(), source -> new ArrayList<>()).add(held);
    }
    List<SourceEvidence> evidence = new ArrayList<>();
    bySource.forEach((source, held) -> evidence.add(of(source, held, examples.size())));
    return most(SOURCES, evidence);
  }

  private static List<SourceEvidence> most(int count, List<SourceEvidence> sources) {
    return sources.stream()
        .sorted(
            Comparator.comparing(SourceEvidence::getPushes)
                .thenComparing(SourceEvidence::getExamples)
                .reversed()
                .thenComparing(SourceEvidence::getSource))
        .limit(count)
        .sorted(Comparator.comparing(SourceEvidence::getSource))
        .toList();
  }

  private static SourceEvidence of(String source, List<HeldExample> held, int all) {
    double[] pushes =
        held.stream()
            .filter(each -> each.getPush() != null)
            .mapToDouble(HeldExample::getPush)
            .toArray();
    double sum = 0;
    double squares = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (double push : pushes) {
      sum += push;
      squares += push * push;
      most = Math.max(most, push);
    }
    int n = pushes.length;
    return SourceEvidence.newBuilder()
        .setSource(source)
        .setVerified(held.stream().allMatch(HeldExample::getVerified))
        .setExamples(held.size())
        .setShare((double) held.size() / all)
        .setPushes(n)
        .setMeanPush(n == 0 ? null : sum / n)
        .setMaxPush(n == 0 ? null : most)
        .setPushDeviation(n < 2 ? null : Math.sqrt(Math.max(0, squares - sum * sum / n) / (n - 1)))
        .build();
  }
}
