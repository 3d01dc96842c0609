package io.sapflow.train;

import io.sapflow.model.Tensor;
import io.sapflow.schema.AdapterBook;
import io.sapflow.schema.StateCodec;
import io.sapflow.schema.UndecodableRecordException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * An adapter as numbered blocks: the tensors, one after another in their fixed order, from block 0
 * on, the book's bytes from {@link #FIRST_BOOK_BLOCK} on, and above them its examples, which {@link
 * ExampleLog} and {@link HeldSpans} write.
 */
final class AdapterImage {

  static final int FIRST_BOOK_BLOCK = 1 << 20;
  static final int FIRST_WINDOW_BLOCK = 1 << 28;
  static final int FIRST_BUFFER_BLOCK = 2 << 28;
  static final int FIRST_SINCE_GREEN_BLOCK = 3 << 28;
  static final int FIRST_OLDER_BLOCK = 4 << 28;

  /** The longest book; all that is in it has bounds far below. */
  private static final int MOST_BOOK_BYTES = 256 << 20;

  private static final int FLOAT_BYTES = 4;

  private final BlockPool pool;
  private final int mostBytes;
  private final StateCodec<AdapterBook> books = StateCodec.of(AdapterBook.class);

  /** The saved blocks of one adapter. */
  interface Blocks {

    /** A block; null where there is none. */
    TensorBlock get(int number) throws Exception;

    /**
     * Keeps a block under a number.
     *
     * @return a block that is not kept any more: the one before it, or this one itself where its
     *     bytes were copied; null where nobody knows
     */
    TensorBlock put(int number, TensorBlock block) throws Exception;

    /** Forgets a block. */
    void remove(int number) throws Exception;
  }

  AdapterImage(BlockPool pool) {
    this(pool, TensorBlock.MOST_BYTES);
  }

  /** With shorter blocks, for tests. */
  AdapterImage(BlockPool pool, int mostBytes) {
    this.pool = pool;
    this.mostBytes = mostBytes / FLOAT_BYTES * FLOAT_BYTES;
  }

  /** Writes what of an adapter has not been saved. */
  void write(AdapterTrainer trainer, Blocks target) throws Exception {
    AdapterTrainer.Unsaved unsaved = trainer.takeUnsaved();
    if (unsaved == AdapterTrainer.Unsaved.ALL) {
      writeTensors(trainer, target);
    }
    if (unsaved != AdapterTrainer.Unsaved.NOTHING) {
      writeBook(encoded(trainer), target);
    }
  }

  private byte[] encoded(AdapterTrainer trainer) {
    AdapterBook book = trainer.book();
    byte[] bytes = books.encode(book);
    if (bytes.length > MOST_BOOK_BYTES) {
      throw new IllegalStateException(
          "adapter "
              + trainer.adapterId()
              + ": its book has "
              + bytes.length
              + " bytes, "
              + BookSizes.largest(book)
              + ", expected at most "
              + MOST_BOOK_BYTES);
    }
    return bytes;
  }

  private void writeTensors(AdapterTrainer trainer, Blocks target) throws Exception {
    int number = 0;
    for (Tensor tensor : trainer.state().tensors().values()) {
      ByteBuffer values = tensor.read();
      while (values.hasRemaining()) {
        byte[] bytes = pool.take(Math.min(mostBytes, values.remaining()));
        values.get(bytes);
        TensorBlock released = target.put(number++, pool.block(bytes));
        if (released != null) {
          pool.release(released);
        }
      }
    }
  }

  private void writeBook(byte[] book, Blocks target) throws Exception {
    int number = FIRST_BOOK_BLOCK;
    for (int from = 0; from < book.length; from += mostBytes) {
      byte[] part = Arrays.copyOfRange(book, from, Math.min(book.length, from + mostBytes));
      target.put(number++, new TensorBlock(part, part.length));
    }
    // The book may have been longer the last time.
    while (target.get(number) != null) {
      target.remove(number++);
    }
  }

  /**
   * Puts an adapter together again.
   *
   * @return null where none is saved
   * @throws UnfitStateException if the blocks are those of other shapes
   */
  AdapterTrainer read(AdapterTrainer.Shared shared, String adapterId, Room room) throws Exception {
    Blocks blocks = room.blocks();
    AdapterBook book = book(adapterId, blocks);
    if (book == null) {
      return null;
    }
    AdapterTrainer trainer = AdapterTrainer.restored(shared, adapterId, book, room);
    try {
      int number = 0;
      for (Tensor tensor : trainer.state().tensors().values()) {
        number = readTensor(tensor, adapterId, number, blocks);
      }
      return trainer;
    } catch (Exception | Error e) {
      trainer.close();
      throw e;
    }
  }

  /** Fills a tensor from a block on; returns the number after its last. */
  private int readTensor(Tensor tensor, String adapterId, int first, Blocks blocks)
      throws Exception {
    int number = first;
    try (Tensor.Filling filling = tensor.fill()) {
      ByteBuffer values = filling.values();
      while (values.hasRemaining()) {
        TensorBlock found = blocks.get(number);
        int expected = Math.min(mostBytes, values.remaining());
        if (found == null || found.length() != expected) {
          throw new UnfitStateException(
              "adapter "
                  + adapterId
                  + ": state block "
                  + number
                  + " has "
                  + (found == null ? "no" : found.length())
                  + " bytes, expected "
                  + expected
                  + "; is the job started with another rank, other targets or another model than it was saved with?");
        }
        values.put(found.array(), 0, found.length());
        number++;
      }
    }
    return number;
  }

  private AdapterBook book(String adapterId, Blocks blocks) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int number = FIRST_BOOK_BLOCK;
    for (TensorBlock b = blocks.get(number); b != null; b = blocks.get(++number)) {
      bytes.write(b.array(), 0, b.length());
    }
    if (number == FIRST_BOOK_BLOCK) {
      return null;
    }
    try {
      return books.decode(bytes.toByteArray());
    } catch (UndecodableRecordException e) {
      throw new IllegalStateException(
          "adapter " + adapterId + ": its saved book cannot be read", e);
    }
  }
}
