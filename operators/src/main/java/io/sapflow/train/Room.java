package io.sapflow.train;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What an adapter has of its subtask.
 *
 * @param blocks its state
 * @param rollbackKeep the most bytes of records that it may keep for a rollback, at present
 */
record Room(AdapterImage.Blocks blocks, LongSupplier rollbackKeep) {

  /** Of an adapter that is trained outside of a job: nothing of it is saved. */
  static Room unsaved(HeldLimits limits) {
    return new Room(new OnHeap(), limits::rollbackKeep);
  }

  private static final class OnHeap implements AdapterImage.Blocks {
    private final Map<Integer, TensorBlock> blocks = new HashMap<>();

    @Override
    public TensorBlock get(int number) {
      return blocks.get(number);
    }

    @Override
    public TensorBlock put(int number, TensorBlock block) {
      return blocks.put(number, block);
    }

    @Override
    public void remove(int number) {
      blocks.remove(number);
    }
  }
}
