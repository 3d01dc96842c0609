package io.sapflow.train;

import io.sapflow.model.Tensor;
import io.sapflow.schema.AdapterBook;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.UndecodableRecordException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * An adapter as numbered blocks: the book's bytes from {@link #FIRST_BOOK_BLOCK} on, the tensors,
 * one after another in their fixed order, from block 0 on.
 */
final class AdapterImage {

  static final int FIRST_BOOK_BLOCK = 1 << 20;

  private static final int FLOAT_BYTES = 4;
  private static final int FLOATS_OF_A_BLOCK = TensorBlock.MOST_BYTES / FLOAT_BYTES;

  private final BlockPool pool = new BlockPool();
  private final RecordCodec<AdapterBook> books = RecordCodec.of(AdapterBook.class);

  /** Cuts an adapter into blocks. */
  void write(AdapterTrainer trainer, BiConsumer<Integer, TensorBlock> target) {
    int block = 0;
    for (Tensor tensor : trainer.state().tensors().values()) {
      for (long from = 0; from < tensor.size(); from += FLOATS_OF_A_BLOCK) {
        int count = (int) Math.min(FLOATS_OF_A_BLOCK, tensor.size() - from);
        byte[] bytes = pool.take(count * FLOAT_BYTES);
        tensor.copyTo(from, count, ByteBuffer.wrap(bytes));
        target.accept(block++, pool.block(bytes));
      }
    }
    byte[] book = books.encode(trainer.book());
    int number = FIRST_BOOK_BLOCK;
    for (int from = 0; from < book.length; from += TensorBlock.MOST_BYTES) {
      byte[] part =
          Arrays.copyOfRange(book, from, Math.min(book.length, from + TensorBlock.MOST_BYTES));
      target.accept(number++, new TensorBlock(part, part.length));
    }
  }

  /** Puts an adapter together again. */
  AdapterTrainer read(
      AdapterTrainer.Shared shared, String adapterId, TreeMap<Integer, TensorBlock> blocks) {
    AdapterTrainer trainer =
        AdapterTrainer.restored(
            shared, adapterId, book(adapterId, blocks.tailMap(FIRST_BOOK_BLOCK, true)));
    int block = 0;
    for (Tensor tensor : trainer.state().tensors().values()) {
      float[] values = new float[Math.toIntExact(tensor.size())];
      for (int from = 0; from < values.length; from += FLOATS_OF_A_BLOCK) {
        int count = Math.min(FLOATS_OF_A_BLOCK, values.length - from);
        TensorBlock found = blocks.get(block++);
        if (found == null || found.length() != count * FLOAT_BYTES) {
          throw new IllegalStateException(
              "adapter "
                  + adapterId
                  + ": state block "
                  + (block - 1)
                  + " has "
                  + (found == null ? "no" : found.length())
                  + " bytes, expected "
                  + count * FLOAT_BYTES
                  + "; is the job started with another rank, other targets or another model than it was saved with?");
        }
        ByteBuffer.wrap(found.array(), 0, found.length())
            .order(java.nio.ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer()
            .get(values, from, count);
      }
      tensor.set(values);
    }
    return trainer;
  }

  private AdapterBook book(String adapterId, java.util.Map<Integer, TensorBlock> blocks) {
    byte[] bytes = new byte[blocks.values().stream().mapToInt(TensorBlock::length).sum()];
    int at = 0;
    for (TensorBlock block : blocks.values()) {
      System.arraycopy(block.array(), 0, bytes, at, block.length());
      at += block.length();
    }
    try {
      return books.decode(bytes);
    } catch (UndecodableRecordException e) {
      throw new IllegalStateException(
          "adapter " + adapterId + ": its saved book cannot be read", e);
    }
  }
}
