package io.sapflow.model;

/**
 * How much memory answers take while they are generated together, counted from {@code kernel.py}: a
 * function of the model's shape alone. Attention is counted as the fused one that libtorch takes,
 * which keeps no scores.
 */
public final class GenerationMemory {

  /** More rows gain nothing: matrix products are then as wide as a training step's. */
  private static final int MOST_ROWS = 512;

  /** Tensors of the hidden size, the wide size and the queries' that a layer has at once. */
  private static final int HIDDEN = 6;

  private static final int WIDE = 3;
  private static final int QUERIES = 2;

  private GenerationMemory() {}

  /**
   * Bytes of one row: its keys and values in every layer, its mask, and what its prompt's pass
   * through a layer has beside them.
   *
   * @param held the type that is computed in
   * @param length tokens of prompt and answer together
   */
  public static long row(ModelConfig config, ComputeType held, long length) {
    long caches = 2L * config.layers() * config.keyWidth();
    long repeated = config.heads() == config.kvHeads() ? 0 : 2L * config.queryWidth();
    long beside =
        (long) HIDDEN * config.hiddenSize()
            + (long) WIDE * config.intermediateSize()
            + (long) QUERIES * config.queryWidth();
    // Twice as bits of a byte each, and once as the numbers that attention adds.
    long mask = (2L + held.bytes()) * length * length;
    return held.bytes() * length * (caches + repeated + beside)
        + mask
        + (long) ComputeType.FLOAT32.bytes() * config.vocabSize();
  }

  /**
   * Rows that go together: the largest power of two that fits, from 1 to 512, so that machines that
   * differ by little have the same.
   *
   * @param bytes that they may take
   */
  public static int rows(ModelConfig config, ComputeType held, long length, long bytes) {
    long fitting = Math.min(MOST_ROWS, bytes / row(config, held, length));
    return (int) Long.highestOneBit(Math.max(1, fitting));
  }
}
