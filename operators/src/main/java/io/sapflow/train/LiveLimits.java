package io.sapflow.train;

import java.io.Serializable;
import java.time.Duration;

/**
 * How many adapters a subtask keeps in native memory; the others are in state only.
 *
 * @param bytes the most bytes of their tensors; one adapter is always let in
 * @param heapBytes the most bytes of examples that they hold on the heap; one adapter is always let
 *     in
 * @param idle how long an adapter may go unused before it is let go at a checkpoint
 */
public record LiveLimits(long bytes, long heapBytes, Duration idle) implements Serializable {

  /** Checks the parts. */
  public LiveLimits {
    if (bytes < 1) {
      throw new IllegalArgumentException(
          "sapflow.adapter.live-bytes: found " + bytes + ", expected 1 byte or more");
    }
    if (heapBytes < 1) {
      throw new IllegalArgumentException(
          "sapflow.adapter.heap-bytes: found " + heapBytes + ", expected 1 byte or more");
    }
    if (idle.isNegative()) {
      throw new IllegalArgumentException(
          "sapflow.adapter.idle-eviction: found " + idle + ", expected 0 or more");
    }
  }

  /** Adapters of a size that may be live, at least one. */
  int most(long bytesOfOne) {
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, bytes / bytesOfOne));
  }
}
