package io.sapflow.train;

import io.sapflow.schema.BlockEntry;
import io.sapflow.schema.HeldExample;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Examples of one adapter in their order. The newest are on the heap, up to a block's worth; those
 * before them stand in state, in blocks that are written when they are full, so that a checkpoint
 * writes what is new. Steps, where examples have them, never fall.
 */
final class ExampleLog {

  /** The most examples of a block. */
  static final int BLOCK_EXAMPLES = 1000;

  /** A block is full with so many bytes; the last example may go beyond. */
  static final long BLOCK_BYTES = 1 << 20;

  private final HeldBlocks blocks;
  private final List<BlockEntry> written = new ArrayList<>();
  private final List<HeldExample> newest = new ArrayList<>();
  private int next;
  private long size;
  private long recordBytes;
  private long heapBytes;

  /**
   * An empty log.
   *
   * @param firstBlock number of its first block
   */
  ExampleLog(HeldBlocks blocks, int firstBlock) {
    this.blocks = blocks;
    this.next = firstBlock;
  }

  /** How many examples are in it. */
  long size() {
    return size;
  }

  /** Bytes of records that are held in it. */
  long recordBytes() {
    return recordBytes;
  }

  /** About the bytes that it takes on the heap. */
  long heapBytes() {
    return heapBytes;
  }

  void add(HeldExample held) {
    newest.add(held);
    size++;
    recordBytes += HeldExamples.bytes(held);
    heapBytes += HeldExamples.weight(held);
    if (newest.size() >= BLOCK_EXAMPLES || heapBytes >= BLOCK_BYTES) {
      blocks.putExamples(next, newest);
      written.add(entry(next, newest));
      next++;
      newest.clear();
      heapBytes = 0;
    }
  }

  private static BlockEntry entry(int number, List<HeldExample> examples) {
    return new BlockEntry(
        number,
        (long) examples.size(),
        examples.stream().mapToLong(HeldExamples::bytes).sum(),
        examples.get(0).getStep(),
        examples.get(examples.size() - 1).getStep());
  }

  /** All of them, from the oldest; nothing may be added meanwhile. */
  void forEach(Consumer<HeldExample> visitor) {
    written.forEach(block -> blocks.examples(block.getNumber()).forEach(visitor));
    newest.forEach(visitor);
  }

  /** Takes all of them out, from the oldest; they may be added again meanwhile. */
  void drain(Consumer<HeldExample> taker) {
    List<BlockEntry> before = List.copyOf(written);
    List<HeldExample> rest = List.copyOf(newest);
    written.clear();
    newest.clear();
    size = 0;
    recordBytes = 0;
    heapBytes = 0;
    for (BlockEntry block : before) {
      List<HeldExample> examples = blocks.examples(block.getNumber());
      blocks.remove(block.getNumber());
      examples.forEach(taker);
    }
    rest.forEach(taker);
  }

  /** Takes the oldest out. */
  List<HeldExample> take(int count) {
    List<HeldExample> taken = new ArrayList<>(count);
    while (taken.size() < count && !written.isEmpty()) {
      List<HeldExample> oldest = blocks.examples(written.get(0).getNumber());
      int end = Math.min(oldest.size(), count - taken.size());
      taken.addAll(oldest.subList(0, end));
      replace(0, oldest.subList(end, oldest.size()));
    }
    List<HeldExample> rest = newest.subList(0, Math.min(newest.size(), count - taken.size()));
    taken.addAll(rest);
    rest.forEach(held -> heapBytes -= HeldExamples.weight(held));
    rest.clear();
    taken.forEach(this::gone);
    return taken;
  }

  private void gone(HeldExample held) {
    size--;
    recordBytes -= HeldExamples.bytes(held);
  }

  /** Puts what is left of a block in its place. */
  private void replace(int index, List<HeldExample> left) {
    int number = written.get(index).getNumber();
    if (left.isEmpty()) {
      blocks.remove(number);
      written.remove(index);
    } else {
      blocks.putExamples(number, left);
      written.set(index, entry(number, left));
    }
  }

  /** Forgets those of steps up to one. */
  void forgetUpTo(long step) {
    while (!written.isEmpty() && written.get(0).getLastStep() <= step) {
      BlockEntry oldest = written.remove(0);
      blocks.remove(oldest.getNumber());
      size -= oldest.getExamples();
      recordBytes -= oldest.getBytes();
    }
    if (!written.isEmpty() && written.get(0).getFirstStep() <= step) {
      removeAfter(0, Long.MIN_VALUE, step, held -> {});
    }
    removeNewest(Long.MIN_VALUE, step, held -> {});
  }

  /** Takes out those of steps after one, from the oldest. */
  void drainAfter(long step, Consumer<HeldExample> taker) {
    int index = 0;
    while (index < written.size()) {
      int before = written.size();
      if (written.get(index).getLastStep() > step) {
        removeAfter(index, step, Long.MAX_VALUE, taker);
      }
      index += written.size() == before ? 1 : 0;
    }
    removeNewest(step, Long.MAX_VALUE, taker);
  }

  /** Takes those of a block out whose steps come after one, up to another. */
  private void removeAfter(int index, long after, long upTo, Consumer<HeldExample> taker) {
    List<HeldExample> left = new ArrayList<>();
    List<HeldExample> taken = new ArrayList<>();
    for (HeldExample held : blocks.examples(written.get(index).getNumber())) {
      (held.getStep() > after && held.getStep() <= upTo ? taken : left).add(held);
    }
    replace(index, left);
    taken.forEach(this::gone);
    taken.forEach(taker);
  }

  private void removeNewest(long after, long upTo, Consumer<HeldExample> taker) {
    List<HeldExample> before = List.copyOf(newest);
    newest.clear();
    for (HeldExample held : before) {
      if (held.getStep() > after && held.getStep() <= upTo) {
        gone(held);
        heapBytes -= HeldExamples.weight(held);
        taker.accept(held);
      } else {
        newest.add(held);
      }
    }
  }

  /** Keeps the oldest records that are held with their bytes by reference, up to a block's. */
  void letGoOfOldestBytes() {
    for (int i = 0; i < written.size(); i++) {
      if (written.get(i).getBytes() > 0) {
        refer(i);
        return;
      }
    }
    for (int i = 0; i < newest.size(); i++) {
      HeldExample held = newest.get(i);
      if (HeldExamples.bytes(held) > 0) {
        HeldExample reference = HeldExamples.byReference(held);
        newest.set(i, reference);
        recordBytes -= HeldExamples.bytes(held);
        heapBytes += HeldExamples.weight(reference) - HeldExamples.weight(held);
        return;
      }
    }
  }

  /** References are short: they join those of the block before, where there is room. */
  private void refer(int index) {
    BlockEntry block = written.get(index);
    List<HeldExample> references = new ArrayList<>();
    blocks
        .examples(block.getNumber())
        .forEach(held -> references.add(HeldExamples.byReference(held)));
    recordBytes -= block.getBytes();
    BlockEntry before = index == 0 ? null : written.get(index - 1);
    if (before != null
        && before.getBytes() == 0
        && before.getExamples() + references.size() <= BLOCK_EXAMPLES) {
      List<HeldExample> both = new ArrayList<>(blocks.examples(before.getNumber()));
      both.addAll(references);
      replace(index, List.of());
      replace(index - 1, both);
    } else {
      replace(index, references);
    }
  }

  /** The blocks in state, as a book names them. */
  List<BlockEntry> saveBlocks() {
    return List.copyOf(written);
  }

  /** Those on the heap. */
  List<HeldExample> saveNewest() {
    return List.copyOf(newest);
  }

  /** Takes over what a book says; for a log that is new. */
  void restore(List<BlockEntry> savedBlocks, List<HeldExample> savedNewest) {
    for (BlockEntry block : savedBlocks) {
      written.add(block);
      size += block.getExamples();
      recordBytes += block.getBytes();
      next = block.getNumber() + 1;
    }
    savedNewest.forEach(this::add);
  }
}
