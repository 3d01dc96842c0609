package io.sapflow.ops.topics;

import java.nio.ByteBuffer;

/** Digests that were seen, 16 bytes of each: millions of them fit into memory. */
final class DigestSet {

  private static final int FIRST_SLOTS = 1 << 10;

  /** Two longs a slot; both 0 where it is free. */
  private long[] slots = new long[2 * FIRST_SLOTS];

  private int size;

  /** Adds a digest of at least 16 bytes; false if it was there. */
  boolean add(byte[] digest) {
    ByteBuffer bytes = ByteBuffer.wrap(digest);
    long high = bytes.getLong();
    // No digest is 0.
    long low = bytes.getLong() | 1;
    if (4L * (size + 1) > 3L * (slots.length / 2)) {
      grow();
    }
    if (!put(slots, high, low)) {
      return false;
    }
    size++;
    return true;
  }

  private void grow() {
    long[] larger = new long[Math.multiplyExact(slots.length, 2)];
    for (int i = 0; i < slots.length; i += 2) {
      if (slots[i + 1] != 0) {
        put(larger, slots[i], slots[i + 1]);
      }
    }
    slots = larger;
  }

  private static boolean put(long[] slots, long high, long low) {
    int mask = slots.length / 2 - 1;
    int slot = (int) high & mask;
    while (slots[2 * slot + 1] != 0) {
      if (slots[2 * slot] == high && slots[2 * slot + 1] == low) {
        return false;
      }
      slot = (slot + 1) & mask;
    }
    slots[2 * slot] = high;
    slots[2 * slot + 1] = low;
    return true;
  }
}
