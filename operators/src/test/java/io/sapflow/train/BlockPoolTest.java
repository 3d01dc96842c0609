package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** State holds one block at a time, as the heap backend does for each number. */
class BlockPoolTest {

  private final BlockPool pool = new BlockPool();
  private TensorBlock held;

  /** Writes a new block over the one in state; returns its array. */
  private byte[] write() {
    TensorBlock before = held;
    held = pool.block(pool.take(8));
    if (before != null) {
      pool.release(before);
    }
    return held.array();
  }

  private static boolean among(byte[] one, byte[]... arrays) {
    return Arrays.stream(arrays).anyMatch(array -> array == one);
  }

  private byte[] writeAndSnapshot(long id) {
    byte[] array = write();
    pool.snapshotBegins(id);
    return array;
  }

  @Test
  void overwrittenAndSnapshotComplete_isUsedAgain() {
    byte[] first = writeAndSnapshot(1);
    pool.snapshotCompleted(1);
    byte[] second = writeAndSnapshot(2);
    pool.snapshotCompleted(2);
    assertThat(second).isNotSameAs(first);
    assertThat(writeAndSnapshot(3)).isSameAs(first);
    pool.snapshotCompleted(3);
    assertThat(writeAndSnapshot(4)).isSameAs(second);
  }

  @Test
  void snapshotStillWritten_isKept() {
    byte[] first = writeAndSnapshot(1);
    byte[] second = writeAndSnapshot(2);
    byte[] third = writeAndSnapshot(3);
    assertThat(among(first, second, third)).isFalse();
    pool.snapshotCompleted(1);
    assertThat(write()).isSameAs(first);
  }

  @Test
  void savepointOverACheckpoint_keepsWhatEitherReads() {
    byte[] first = writeAndSnapshot(1);
    // A savepoint of the same block; the block is then overwritten.
    pool.snapshotBegins(2);
    byte[] second = write();
    pool.snapshotCompleted(1);
    byte[] third = write();
    assertThat(third).isNotSameAs(first);
    pool.snapshotCompleted(2);
    assertThat(among(first, write(), write())).isTrue();
    assertThat(second).isNotSameAs(first);
  }

  @Test
  void savepointOvertaken_itsArraysAreNeverUsedAgain() {
    byte[] first = writeAndSnapshot(1);
    // Nobody is told when a savepoint is complete.
    byte[] second = writeAndSnapshot(2);
    pool.snapshotCompleted(2);
    for (long id = 3; id < 8; id++) {
      assertThat(writeAndSnapshot(id)).isNotSameAs(first);
      pool.snapshotCompleted(id);
    }
    assertThat(second).isNotSameAs(first);
  }

  @Test
  void aborted_whatItMayStillReadIsNeverUsedAgain() {
    byte[] first = writeAndSnapshot(1);
    pool.snapshotAborted(1);
    byte[] second = writeAndSnapshot(2);
    pool.snapshotCompleted(2);
    byte[] third = writeAndSnapshot(3);
    pool.snapshotCompleted(3);
    assertThat(among(first, second, third, write(), write())).isFalse();
  }

  @Test
  void aborted_longBeforeTheBlockWasOverwritten_isNeverUsedAgain() {
    byte[] first = writeAndSnapshot(1);
    pool.snapshotBegins(2);
    pool.snapshotAborted(2);
    pool.snapshotBegins(3);
    pool.snapshotCompleted(1);
    pool.snapshotCompleted(3);
    assertThat(among(first, write(), write(), write())).isFalse();
  }

  @Test
  void overwrittenBeforeAnySnapshot_isUsedAgainAtOnce() {
    writeAndSnapshot(1);
    byte[] second = write();
    write();
    assertThat(write()).isSameAs(second);
  }

  @Test
  void backendCopied_isUsedAgainAtOnce() {
    TensorBlock block = pool.block(pool.take(8));
    pool.release(block);
    assertThat(pool.take(8)).isSameAs(block.array());
  }

  @Test
  void restoredBlock_isUsedAgainOnceItsSnapshotsAreComplete() {
    held = new TensorBlock(new byte[8], 8);
    byte[] restored = held.array();
    pool.snapshotBegins(7);
    assertThat(write()).isNotSameAs(restored);
    assertThat(write()).isNotSameAs(restored);
    pool.snapshotCompleted(7);
    assertThat(among(restored, write(), write())).isTrue();
  }

  @Test
  void snapshotsThatNobodyCompletes_areForgotten() {
    byte[] first = writeAndSnapshot(1);
    for (long id = 2; id < 20; id++) {
      writeAndSnapshot(id);
    }
    pool.snapshotCompleted(1);
    assertThat(among(first, write(), write(), write())).isFalse();
  }

  @Test
  void sparesNotNeededBetweenTwoSnapshots_areLetGo() {
    TensorBlock a = pool.block(pool.take(8));
    TensorBlock b = pool.block(pool.take(8));
    pool.release(a);
    pool.release(b);
    pool.snapshotBegins(1);
    pool.snapshotBegins(2);
    byte[] next = pool.take(8);
    assertThat(among(next, a.array(), b.array())).isFalse();
  }
}
