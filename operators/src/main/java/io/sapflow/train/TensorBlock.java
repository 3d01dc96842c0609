package io.sapflow.train;

import java.util.Objects;

/**
 * A piece of an adapter's state, at most {@link #MOST_BYTES} long, that is never written to once it
 * is made.
 *
 * <p>State is kept in blocks because RocksDB and canonical savepoints pass each value through one
 * array.
 */
public final class TensorBlock {

  /** The longest block. */
  public static final int MOST_BYTES = 16 << 20;

  private final byte[] bytes;
  private final int length;
  private final long born;

  /**
   * A block of the first bytes of an array, which nobody may change while the block is reachable.
   */
  TensorBlock(byte[] bytes, int length) {
    this(bytes, length, BlockPool.NONE);
  }

  /** The same, made after a snapshot. */
  TensorBlock(byte[] bytes, int length, long born) {
    if (length < 0 || length > bytes.length || length > MOST_BYTES) {
      throw new IllegalArgumentException(
          "a block of " + length + " bytes in an array of " + bytes.length);
    }
    this.bytes = Objects.requireNonNull(bytes);
    this.length = length;
    this.born = born;
  }

  /** The array; its first {@link #length} bytes are the block's. */
  byte[] array() {
    return bytes;
  }

  /** The newest snapshot when it was made: none up to this one reads it. */
  long born() {
    return born;
  }

  /** Number of bytes. */
  public int length() {
    return length;
  }
}
