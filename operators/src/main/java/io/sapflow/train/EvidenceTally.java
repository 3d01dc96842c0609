package io.sapflow.train;

import io.sapflow.schema.HeldExample;
import io.sapflow.schema.HeldSpan;
import io.sapflow.schema.OffsetEvidence;
import io.sapflow.schema.OffsetRange;
import io.sapflow.schema.OffsetRanges;
import io.sapflow.schema.SourceEvidence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts what examples say together, one after another: their places, and their sources. */
final class EvidenceTally {

  // Records of versions, reports and alerts repeat all this: it must fit what a topic takes,
  // however long nothing is promoted, and whatever names sources give themselves.

  /** The most ranges of offsets, and of a slice's. */
  private static final int RANGES = 4000;

  private static final int RANGES_OF_SLICE = 500;

  /** The most sources, and names of a slice's. */
  private static final int SOURCES = 200;

  private static final int SOURCES_OF_SLICE = 20;

  /** Ranges that are counted before the closest become one. */
  private static final int MOST_PLACES = 200_000;

  private final Map<String, OfSource> sources = new TreeMap<>();
  private List<OffsetRange> places = new ArrayList<>();
  private long examples;
  private long firstStep;
  private long lastStep;

  private static final class OfSource {
    private boolean verified = true;
    private long examples;
    private long pushes;
    private double sum;
    private double squares;
    private double most = Double.NEGATIVE_INFINITY;

    private void add(HeldExample held) {
      verified &= held.getVerified();
      examples++;
      if (held.getPush() != null) {
        double push = held.getPush();
        pushes++;
        sum += push;
        squares += push * push;
        most = Math.max(most, push);
      }
    }

    private void add(SourceEvidence span) {
      verified &= span.getVerified();
      examples += span.getExamples();
      long n = span.getPushes();
      if (n > 0) {
        double mean = span.getMeanPush();
        double deviation = span.getPushDeviation() == null ? 0 : span.getPushDeviation();
        pushes += n;
        sum += n * mean;
        squares += n * mean * mean + (n - 1) * deviation * deviation;
        most = Math.max(most, span.getMaxPush());
      }
    }

    private void add(OfSource other) {
      verified &= other.verified;
      examples += other.examples;
      pushes += other.pushes;
      sum += other.sum;
      squares += other.squares;
      most = Math.max(most, other.most);
    }

    private SourceEvidence evidence(String source, long all) {
      return SourceEvidence.newBuilder()
          .setSource(source)
          .setVerified(verified)
          .setExamples(count(examples))
          .setShare((double) examples / all)
          .setPushes(count(pushes))
          .setMeanPush(pushes == 0 ? null : sum / pushes)
          .setMaxPush(pushes == 0 ? null : most)
          .setPushDeviation(
              pushes < 2
                  ? null
                  : Math.sqrt(Math.max(0, squares - sum * sum / pushes) / (pushes - 1)))
          .build();
    }
  }

  private static int count(long examples) {
    return (int) Math.min(Integer.MAX_VALUE, examples);
  }

  /** Where an example's record stands. */
  static OffsetRange place(HeldExample held) {
    return new OffsetRange(
        held.getTopic(), held.getPartition(), held.getOffset(), held.getOffset());
  }

  private OfSource of(String source) {
    return sources.computeIfAbsent(source, name -> new OfSource());
  }

  /** Counts an example, in the order of training. */
  void add(HeldExample held) {
    counted(1, held.getStep(), held.getStep());
    places.add(place(held));
    of(held.getSource()).add(held);
    joinPlaces();
  }

  /** Counts the examples of a span. */
  void add(HeldSpan span) {
    counted(span.getExamples(), span.getFirstStep(), span.getLastStep());
    places.addAll(span.getOffsets());
    span.getSources().forEach(each -> of(each.getSource()).add(each));
    joinPlaces();
  }

  /** Counts what another one has counted, of later steps. */
  void add(EvidenceTally later) {
    counted(later.examples, later.firstStep, later.lastStep);
    places.addAll(later.places);
    later.sources.forEach((source, counted) -> of(source).add(counted));
    joinPlaces();
  }

  private void counted(long more, long first, long last) {
    firstStep = examples == 0 ? first : firstStep;
    lastStep = last;
    examples += more;
  }

  private void joinPlaces() {
    if (places.size() > MOST_PLACES) {
      places = new ArrayList<>(offsets());
    }
  }

  /** How many examples. */
  long examples() {
    return examples;
  }

  /**
   * Ranges of neighbouring offsets, by topic, partition and offset; of too many, the closest become
   * one.
   */
  List<OffsetRange> offsets() {
    return OffsetRanges.atMost(RANGES, OffsetRanges.join(places));
  }

  /**
   * One entry for each source, in the order of their names; of too many, those whose pushes are
   * known of the most examples.
   */
  List<SourceEvidence> sources() {
    List<SourceEvidence> evidence = new ArrayList<>();
    sources.forEach((source, counted) -> evidence.add(counted.evidence(source, examples)));
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

  /** The same as a slice of training. */
  OffsetEvidence slice() {
    long pushes = sources.values().stream().mapToLong(each -> each.pushes).sum();
    double sum = sources.values().stream().mapToDouble(each -> each.sum).sum();
    return OffsetEvidence.newBuilder()
        .setFirstStep(firstStep)
        .setLastStep(lastStep)
        .setOffsets(OffsetRanges.atMost(RANGES_OF_SLICE, offsets()))
        .setExamples(count(examples))
        .setPushes(count(pushes))
        .setMeanPush(pushes == 0 ? null : sum / pushes)
        .setSources(
            most(SOURCES_OF_SLICE, sources()).stream().map(SourceEvidence::getSource).toList())
        .build();
  }
}
