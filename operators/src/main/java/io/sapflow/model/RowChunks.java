package io.sapflow.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which rows of a batch go through a double backward together, so that its memory is bounded
 * however large the batch is. Equal batches are cut alike.
 */
public final class RowChunks {

  /** The most bytes that the rows of a chunk may keep; a row alone may keep more. */
  private static final long CPU_BYTES = 256L << 20;

  /** On a GPU a chunk costs thousands of launches, and there is room for larger ones. */
  private static final long GPU_BYTES = 8L << 30;

  /**
   * How many times their own scores the rows of a chunk may take on a CPU, for being padded to the
   * longest.
   */
  private static final double CPU_SLACK = 2;

  private final Activations activations;
  private final int most;
  private final long bytes;
  private final double slack;

  /**
   * Chunks of what fits.
   *
   * @param most the most rows of a chunk
   */
  RowChunks(Activations activations, int most, boolean gpu) {
    this.activations = activations;
    this.most = most;
    this.bytes = bytes(gpu);
    this.slack = slack(gpu);
  }

  /**
   * Chunks as a kernel cuts them.
   *
   * @param held the type of the base model
   */
  public static RowChunks of(
      ModelConfig config, LoraSpec lora, ComputeType held, KernelOptions options, boolean gpu) {
    return new RowChunks(new Activations(config, lora, held), options.chunkRows(), gpu);
  }

  /** How many times their own scores the rows of a chunk may take, for being padded. */
  public static double slack(boolean gpu) {
    return gpu ? Double.POSITIVE_INFINITY : CPU_SLACK;
  }

  /** The most bytes that the rows of a chunk may keep. */
  static long bytes(boolean gpu) {
    return gpu ? GPU_BYTES : CPU_BYTES;
  }

  /**
   * Cuts a batch.
   *
   * @param lengths tokens of each row, or of the longest where rows are padded, [B]
   * @param targets tokens to predict in each row, [B]
   * @return how many rows, tokens and targets each chunk has, flat, [C * 3]
   */
  public long[] cut(long[] lengths, long[] targets) {
    List<long[]> chunks = new ArrayList<>();
    long[] chunk = new long[3];
    long longest = 0;
    double squares = 0;
    for (int i = 0; i < lengths.length; i++) {
      long longer = Math.max(longest, lengths[i]);
      double own = (double) lengths[i] * lengths[i];
      boolean full =
          chunk[0] == most
              || (chunk[0] + 1.0) * longer * longer > slack * (squares + own)
              || activations.doubleBackward(
                      chunk[0] + 1, longer, chunk[1] + lengths[i], chunk[2] + targets[i])
                  > bytes;
      if (chunk[0] > 0 && full) {
        chunks.add(chunk);
        chunk = new long[3];
        longer = lengths[i];
        squares = 0;
      }
      squares += own;
      longest = longer;
      chunk[0]++;
      chunk[1] += lengths[i];
      chunk[2] += targets[i];
    }
    chunks.add(chunk);
    return chunks.stream().flatMapToLong(Arrays::stream).toArray();
  }
}
