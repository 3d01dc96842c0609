package io.sapflow.train;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Arrays for blocks, used again once nothing refers to their block any more.
 *
 * <p>A block may be read by several snapshots at once (a savepoint over a checkpoint, an aborted
 * write that has not noticed yet), so only reachability tells when its array is free. Not
 * thread-safe.
 */
final class BlockPool {

  /** Arrays beyond this share of what is in use are let go. */
  private static final int SPARE_ARRAYS_OF_A_SIZE = 8;

  private final ReferenceQueue<TensorBlock> unreachable = new ReferenceQueue<>();
  private final Set<Lent> lent = new HashSet<>();
  private final Map<Integer, Deque<byte[]>> free = new HashMap<>();

  private static final class Lent extends PhantomReference<TensorBlock> {
    private final byte[] array;

    Lent(TensorBlock block, ReferenceQueue<TensorBlock> queue) {
      super(block, queue);
      this.array = block.array();
    }
  }

  /** An array of exactly this length, of any content. */
  byte[] take(int length) {
    collect();
    Deque<byte[]> spare = free.get(length);
    return spare == null || spare.isEmpty() ? new byte[length] : spare.pop();
  }

  /** A block on an array of this pool; the array comes back when the block is unreachable. */
  TensorBlock block(byte[] array) {
    TensorBlock block = new TensorBlock(array, array.length);
    lent.add(new Lent(block, unreachable));
    return block;
  }

  private void collect() {
    for (Reference<? extends TensorBlock> r = unreachable.poll();
        r != null;
        r = unreachable.poll()) {
      Lent returned = (Lent) r;
      lent.remove(returned);
      Deque<byte[]> spare =
          free.computeIfAbsent(returned.array.length, length -> new ArrayDeque<>());
      if (spare.size() < SPARE_ARRAYS_OF_A_SIZE) {
        spare.push(returned.array);
      }
    }
  }
}
