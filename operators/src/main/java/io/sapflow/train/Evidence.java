package io.sapflow.train;

import io.sapflow.schema.HeldExample;
import io.sapflow.schema.HeldSpan;
import io.sapflow.schema.OffsetEvidence;
import io.sapflow.schema.OffsetRange;
import io.sapflow.schema.SourceEvidence;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What the examples of a span of training say together.
 *
 * @param offsets where their records stand
 * @param sources which sources they came from
 * @param slices the same of parts of the span, in the order of training
 */
record Evidence(
    List<OffsetRange> offsets, List<SourceEvidence> sources, List<OffsetEvidence> slices) {

  /** The most slices of what a version was trained on. */
  private static final int SLICES = 8;

  /** Ranges of neighbouring offsets of examples. */
  static List<OffsetRange> offsets(Collection<HeldExample> examples) {
    return of(examples).offsets();
  }

  /** One entry for each source of examples, in the order of their names. */
  static List<SourceEvidence> sources(Collection<HeldExample> examples) {
    return of(examples).sources();
  }

  private static EvidenceTally of(Collection<HeldExample> examples) {
    EvidenceTally tally = new EvidenceTally();
    examples.forEach(tally::add);
    return tally;
  }

  /** Takes examples in the order of training. */
  static final class Collector {
    private final List<EvidenceTally> slices = new ArrayList<>();
    private final boolean spans;
    private final long length;

    /**
     * None yet.
     *
     * @param spans whether spans come first: they are a slice of their own
     * @param examples how many come one by one: slices of equal length, but for the last
     */
    Collector(boolean spans, long examples) {
      int left = spans ? SLICES - 1 : SLICES;
      this.spans = spans;
      this.length = (examples + left - 1) / left;
    }

    void add(HeldSpan span) {
      if (slices.isEmpty()) {
        slices.add(new EvidenceTally());
      }
      slices.get(0).add(span);
    }

    void add(HeldExample held) {
      if (slices.size() == (spans ? 1 : 0) || newest().examples() == length) {
        slices.add(new EvidenceTally());
      }
      newest().add(held);
    }

    private EvidenceTally newest() {
      return slices.get(slices.size() - 1);
    }

    Evidence collected() {
      EvidenceTally all = new EvidenceTally();
      slices.forEach(all::add);
      return new Evidence(
          all.offsets(), all.sources(), slices.stream().map(EvidenceTally::slice).toList());
    }
  }
}
