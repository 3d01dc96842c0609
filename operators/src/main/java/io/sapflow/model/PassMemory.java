package io.sapflow.model;

/**
 * How the passes of a step bound the memory that they take. It decides no result but by rounding.
 *
 * @param microBatchRows the most rows that go through a double backward together
 * @param microBatchTokens the most tokens that go through any pass together; one longer row goes
 *     alone, and the gradients of all micro-batches are added in the order of the rows
 * @param checkpointed whether a pass keeps each layer's input alone and computes the layer again on
 *     the way back; not the double backward
 */
public record PassMemory(int microBatchRows, int microBatchTokens, boolean checkpointed) {

  /** Whole batches, all of whose activations are kept. */
  public static final PassMemory WHOLE =
      new PassMemory(Integer.MAX_VALUE, Integer.MAX_VALUE, false);

  /** Checks the parts. */
  public PassMemory {
    if (microBatchRows < 1 || microBatchTokens < 1) {
      throw new IllegalArgumentException(
          "a micro-batch of "
              + microBatchRows
              + " rows and "
              + microBatchTokens
              + " tokens, expected 1 or more of each");
    }
  }

  /** The same with at most so many rows in a double backward. */
  public PassMemory rows(int most) {
    return new PassMemory(most, microBatchTokens, checkpointed);
  }

  /** The same with at most so many tokens in a pass. */
  public PassMemory tokens(int most) {
    return new PassMemory(microBatchRows, most, checkpointed);
  }

  /** The same with or without checkpoints of activations. */
  public PassMemory checkpointed(boolean whether) {
    return new PassMemory(microBatchRows, microBatchTokens, whether);
  }

  /** Whether batches go through whole, however large. */
  public boolean isWhole() {
    return microBatchTokens == Integer.MAX_VALUE;
  }
}
