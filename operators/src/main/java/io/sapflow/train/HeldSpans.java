package io.sapflow.train;

import io.sapflow.schema.BlockEntry;
import io.sapflow.schema.HeldExample;
import io.sapflow.schema.HeldSpan;
import io.sapflow.schema.OffsetRange;
import io.sapflow.schema.OffsetRanges;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.function.Consumer;

/**
 * Trained examples that are held by their places alone, each exactly: in spans of steps that no
 * version lies between, so that a rollback undoes a span or leaves it. Each span is a block in
 * state.
 */
final class HeldSpans {

  /** A span of more ranges takes no further examples. */
  private static final int SPAN_RANGES = 10_000;

  private final HeldBlocks blocks;
  private final List<BlockEntry> spans = new ArrayList<>();
  private int next;

  /**
   * None.
   *
   * @param firstBlock number of its first block
   */
  HeldSpans(HeldBlocks blocks, int firstBlock) {
    this.blocks = blocks;
    this.next = firstBlock;
  }

  boolean isEmpty() {
    return spans.isEmpty();
  }

  /**
   * Adds examples that are newer than all here.
   *
   * @param examples in the order of their steps
   * @param stops steps that a rollback may go back to
   */
  void add(List<HeldExample> examples, NavigableSet<Long> stops) {
    int from = 0;
    for (int to = 1; to <= examples.size(); to++) {
      if (to == examples.size()
          || isBetween(stops, examples.get(from).getStep(), examples.get(to).getStep())) {
        addTogether(examples.subList(from, to), stops);
        from = to;
      }
    }
  }

  /** Whether a rollback may undo the later of two steps, and not the earlier. */
  private static boolean isBetween(NavigableSet<Long> stops, long earlier, long later) {
    return !stops.subSet(earlier, later).isEmpty();
  }

  private void addTogether(List<HeldExample> examples, NavigableSet<Long> stops) {
    EvidenceTally tally = new EvidenceTally();
    List<OffsetRange> places = new ArrayList<>();
    long first = examples.get(0).getStep();
    BlockEntry last = spans.isEmpty() ? null : spans.get(spans.size() - 1);
    HeldSpan before =
        last == null || isBetween(stops, last.getLastStep(), first)
            ? null
            : blocks.span(last.getNumber());
    boolean joins = before != null && before.getOffsets().size() <= SPAN_RANGES;
    if (joins) {
      tally.add(before);
      places.addAll(before.getOffsets());
      first = before.getFirstStep();
    }
    for (HeldExample held : examples) {
      tally.add(held);
      places.add(EvidenceTally.place(held));
    }
    int number = joins ? last.getNumber() : next++;
    HeldSpan span =
        new HeldSpan(
            tally.examples(),
            first,
            examples.get(examples.size() - 1).getStep(),
            OffsetRanges.join(places),
            tally.sources());
    blocks.putSpan(number, span);
    BlockEntry entry =
        new BlockEntry(number, span.getExamples(), 0L, span.getFirstStep(), span.getLastStep());
    if (joins) {
      spans.set(spans.size() - 1, entry);
    } else {
      spans.add(entry);
    }
  }

  void forEach(Consumer<HeldSpan> visitor) {
    spans.forEach(span -> visitor.accept(blocks.span(span.getNumber())));
  }

  /** Forgets those of steps up to one. */
  void forgetUpTo(long step) {
    while (!spans.isEmpty() && spans.get(0).getLastStep() <= step) {
      blocks.remove(spans.remove(0).getNumber());
    }
  }

  /** Takes out those of steps after one, each by its place. */
  void drainAfter(long step, Consumer<HeldExample> taker) {
    List<BlockEntry> taken = spans.stream().filter(span -> span.getLastStep() > step).toList();
    spans.removeAll(taken);
    for (BlockEntry entry : taken) {
      HeldSpan span = blocks.span(entry.getNumber());
      blocks.remove(entry.getNumber());
      long trained =
          span.getFirstStep() == span.getLastStep() ? span.getLastStep() : HeldExamples.UNTRAINED;
      for (OffsetRange range : span.getOffsets()) {
        for (long offset = range.getFirstOffset(); offset <= range.getLastOffset(); offset++) {
          taker.accept(
              HeldExamples.byPlace(range.getTopic(), range.getPartition(), offset, trained));
        }
      }
    }
  }

  /** The spans' blocks, as a book names them. */
  List<BlockEntry> save() {
    return List.copyOf(spans);
  }

  /** Takes over what a book says; for spans that are new. */
  void restore(List<BlockEntry> saved) {
    spans.addAll(saved);
    saved.forEach(span -> next = span.getNumber() + 1);
  }
}
