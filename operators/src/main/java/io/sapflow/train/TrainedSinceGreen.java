package io.sapflow.train;

import io.sapflow.schema.AdapterBook;
import io.sapflow.schema.HeldExample;
import java.util.List;
import java.util.NavigableSet;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The examples that an adapter was trained on since its last promoted version, in order of
 * training: what a rollback sets aside. The newest are held with their bytes, those before them by
 * reference with size and digest, still older ones by their places alone.
 */
final class TrainedSinceGreen {

  private final LongSupplier mostBytes;
  private final int mostExamples;
  private final ExampleLog examples;
  private final HeldSpans older;

  /**
   * None.
   *
   * @param mostBytes of records
   * @param mostExamples that are held one by one
   */
  TrainedSinceGreen(LongSupplier mostBytes, int mostExamples, HeldBlocks blocks) {
    this.mostBytes = mostBytes;
    this.mostExamples = mostExamples;
    this.examples = new ExampleLog(blocks, AdapterImage.FIRST_SINCE_GREEN_BLOCK);
    this.older = new HeldSpans(blocks, AdapterImage.FIRST_OLDER_BLOCK);
  }

  /**
   * Adds trained examples, and lets go of what is beyond the bounds.
   *
   * @param stops steps that a rollback may go back to
   */
  void add(List<HeldExample> trained, NavigableSet<Long> stops) {
    trained.forEach(examples::add);
    long most = mostBytes.getAsLong();
    while (examples.recordBytes() > most) {
      examples.letGoOfOldestBytes();
    }
    while (examples.size() > mostExamples) {
      // Some at once: each time a block in state is written anew.
      older.add(
          examples.take(Math.max(1, Math.min(ExampleLog.BLOCK_EXAMPLES, mostExamples / 10))),
          stops);
    }
  }

  /** About the bytes that they take on the heap. */
  long heapBytes() {
    return examples.heapBytes();
  }

  /** What they say together. */
  Evidence evidence() {
    Evidence.Collector evidence = new Evidence.Collector(!older.isEmpty(), examples.size());
    older.forEach(evidence::add);
    examples.forEach(evidence::add);
    return evidence.collected();
  }

  /** Takes out the examples that were trained after a step. */
  void takeAfter(long step, Consumer<HeldExample> taker) {
    older.drainAfter(step, taker);
    examples.drainAfter(step, taker);
  }

  /** Forgets the examples that a promoted version of this step holds. */
  void forgetUpTo(long step) {
    older.forgetUpTo(step);
    examples.forgetUpTo(step);
  }

  void save(AdapterBook.Builder book) {
    book.setSinceGreen(examples.saveNewest())
        .setSinceGreenBlocks(examples.saveBlocks())
        .setOlderBlocks(older.save());
  }

  void restore(AdapterBook book) {
    older.restore(book.getOlderBlocks());
    examples.restore(book.getSinceGreenBlocks(), book.getSinceGreen());
  }
}
