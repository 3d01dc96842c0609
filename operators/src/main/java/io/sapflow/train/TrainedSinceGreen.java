package io.sapflow.train;

import io.sapflow.schema.AdapterBook;
import io.sapflow.schema.HeldExample;
import java.util.ArrayList;
import java.util.List;

/**
 * The examples that an adapter was trained on since its last promoted version, in order of
 * training: what a rollback sets aside. The bytes of the newest are held, of the older ones the
 * place of the record alone.
 */
final class TrainedSinceGreen {

  private final long mostBytes;
  private final List<HeldExample> examples = new ArrayList<>();
  private long bytes;
  private int firstWithBytes;

  /** None; holds at most so many bytes of records. */
  TrainedSinceGreen(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** All of them; changes with them. */
  List<HeldExample> all() {
    return examples;
  }

  /** Adds trained examples, and lets go of the oldest bytes beyond the bound. */
  void add(List<HeldExample> trained) {
    examples.addAll(trained);
    trained.forEach(held -> bytes += HeldExamples.bytes(held));
    while (bytes > mostBytes && firstWithBytes < examples.size()) {
      HeldExample oldest = examples.get(firstWithBytes);
      bytes -= HeldExamples.bytes(oldest);
      examples.set(firstWithBytes, HeldExamples.byReference(oldest));
      firstWithBytes++;
    }
  }

  /** Takes out and returns the examples that were trained after a step. */
  List<HeldExample> takeAfter(long step) {
    List<HeldExample> taken = examples.stream().filter(held -> held.getStep() > step).toList();
    keep(examples.stream().filter(held -> held.getStep() <= step).toList());
    return taken;
  }

  /** Forgets the examples that a promoted version of this step holds. */
  void forgetUpTo(long step) {
    keep(examples.stream().filter(held -> held.getStep() > step).toList());
  }

  private void keep(List<HeldExample> kept) {
    examples.clear();
    examples.addAll(kept);
    bytes = examples.stream().mapToLong(HeldExamples::bytes).sum();
    firstWithBytes = 0;
  }

  void save(AdapterBook.Builder book) {
    book.setSinceGreen(List.copyOf(examples));
  }

  void restore(AdapterBook book) {
    keep(book.getSinceGreen());
  }
}
