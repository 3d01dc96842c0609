package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.schema.AdapterBook;
import io.sapflow.schema.BlockEntry;
import io.sapflow.schema.HeldExample;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExampleLogTest {

  private static final int FIRST = AdapterImage.FIRST_WINDOW_BLOCK;

  private final CountedBlocks state = new CountedBlocks();
  private final HeldBlocks blocks = new HeldBlocks("helper", state);

  static HeldExample held(long number, long step, int bytes) {
    byte[] original = new byte[bytes];
    new SplittableRandom(number).nextBytes(original);
    return HeldExample.newBuilder()
        .setId("e-" + number)
        .setSource("s-" + number % 3)
        .setVerified(true)
        .setTopic("sapflow.examples.v1")
        .setPartition(0)
        .setOffset(number)
        .setTimestamp(number)
        .setTokens(List.of(1, 2, 3))
        .setTargets(ByteBuffer.wrap(new byte[] {0, 1, 1}))
        .setTruncated(0)
        .setKey(ByteBuffer.allocate(0))
        .setOriginal(ByteBuffer.wrap(original))
        .setStep(step)
        .setPush(number % 5 == 0 ? null : number / 7.0)
        .build();
  }

  private static List<HeldExample> all(ExampleLog log) {
    List<HeldExample> all = new ArrayList<>();
    log.forEach(all::add);
    return all;
  }

  @Test
  void add_manyExamples_writesEachBlockOnce_andLeavesABlocksWorthOnTheHeap() {
    ExampleLog log = new ExampleLog(blocks, FIRST);
    for (int i = 0; i < 10_500; i++) {
      log.add(held(i, i, 10));
    }
    assertThat(state.puts).isEqualTo(10);
    assertThat(state.blocks.keySet()).allMatch(number -> number >= FIRST && number < FIRST + 10);
    assertThat(log.saveNewest()).hasSize(500);
    assertThat(log.size()).isEqualTo(10_500);
    assertThat(log.recordBytes()).isEqualTo(105_000);
    for (int i = 0; i < 720; i++) {
      log.add(held(i, 10_500 + i, 900 << 10));
      assertThat(log.heapBytes()).isLessThan(2 * ExampleLog.BLOCK_BYTES);
    }
    assertThat(state.blocks.values()).allMatch(block -> block.length() <= 2 << 20);
  }

  /**
   * Any sequence of operations does what it does on a plain list, also over saving and restoring.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void anything_isAsOnAList(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    ExampleLog log = new ExampleLog(blocks, FIRST);
    List<HeldExample> list = new ArrayList<>();
    long number = 0;
    long step = 0;
    for (int turn = 0; turn < 120; turn++) {
      switch (random.nextInt(8)) {
        case 0, 1, 2 -> {
          int count = random.nextInt(900);
          int bytes = random.nextInt(4) == 0 ? random.nextInt(5000) : random.nextInt(20);
          for (int i = 0; i < count; i++) {
            step += random.nextInt(10) == 0 ? 1 : 0;
            HeldExample held = held(number++, step, bytes);
            log.add(held);
            list.add(held);
          }
        }
        case 3 -> {
          int count = random.nextInt(list.size() + 1);
          assertThat(log.take(count)).isEqualTo(list.subList(0, count));
          list.subList(0, count).clear();
        }
        case 4 -> {
          long upTo = step - random.nextInt(60);
          log.forgetUpTo(upTo);
          list.removeIf(held -> held.getStep() <= upTo);
        }
        case 5 -> {
          long after = step - random.nextInt(20);
          List<HeldExample> taken = new ArrayList<>();
          log.drainAfter(after, taken::add);
          assertThat(taken)
              .isEqualTo(list.stream().filter(held -> held.getStep() > after).toList());
          list.removeIf(held -> held.getStep() > after);
        }
        case 6 -> {
          List<HeldExample> drained = new ArrayList<>();
          ExampleLog same = log;
          log.drain(
              held -> {
                drained.add(held);
                same.add(held);
              });
          assertThat(drained).isEqualTo(list);
        }
        default -> {
          AdapterBook.Builder book =
              AdapterBook.newBuilder()
                  .setWindow(log.saveNewest())
                  .setWindowBlocks(log.saveBlocks());
          log = new ExampleLog(blocks, FIRST);
          log.restore(book.getWindowBlocks(), book.getWindow());
        }
      }
      assertThat(log.size()).isEqualTo(list.size());
      assertThat(log.recordBytes()).isEqualTo(list.stream().mapToLong(HeldExamples::bytes).sum());
      assertThat(log.heapBytes())
          .isEqualTo(log.saveNewest().stream().mapToLong(HeldExamples::weight).sum());
      assertThat(state.blocks).hasSize(log.saveBlocks().size());
    }
    assertThat(all(log)).isEqualTo(list);
  }

  @Test
  void letGoOfOldestBytes_keepsAllByReference_inFewBlocks() {
    ExampleLog log = new ExampleLog(blocks, FIRST);
    List<HeldExample> list = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      HeldExample held = held(i, i, 100_000);
      log.add(held);
      list.add(HeldExamples.byReference(held));
    }
    assertThat(log.saveBlocks()).hasSizeGreaterThan(20);
    while (log.recordBytes() > 0) {
      log.letGoOfOldestBytes();
    }
    assertThat(all(log)).isEqualTo(list);
    assertThat(log.saveBlocks()).hasSize(1);
    assertThat(state.blocks).hasSize(1);
  }

  @Test
  void restore_longListOfAnOlderBook_goesToBlocks() {
    List<HeldExample> old = new ArrayList<>();
    for (int i = 0; i < 2500; i++) {
      old.add(held(i, i, 1));
    }
    ExampleLog log = new ExampleLog(blocks, FIRST);
    log.restore(List.of(), old);
    assertThat(log.saveNewest()).hasSize(500);
    assertThat(all(log)).isEqualTo(old);
  }

  @Test
  void blockThatIsMissingOrBroken_isNamed() {
    ExampleLog log = new ExampleLog(blocks, FIRST);
    log.restore(List.of(new BlockEntry(FIRST + 3, 1L, 0L, 0L, 0L)), List.of());
    assertThatThrownBy(() -> log.take(1))
        .hasMessage("adapter helper: state block 268435459 is missing");
    state.blocks.put(FIRST + 3, new TensorBlock(new byte[] {9, 0, 0, 0, 4, 1}, 6));
    assertThatThrownBy(() -> log.take(1))
        .hasMessage("adapter helper: state block 268435459 cannot be read")
        .cause()
        .hasMessage("found a block of examples of 6 bytes and format 9, expected format 1");
  }

  @Test
  void blockBeyondAllBounds_isNamedWhenItIsWritten() {
    ExampleLog log = new ExampleLog(blocks, FIRST);
    assertThatThrownBy(() -> log.add(held(1, 1, (16 << 20) + 1000)))
        .hasMessageMatching(
            "adapter helper: state block 268435456 of 1 examples has 16\\d{6} bytes, expected at most 16777216; lower sapflow.ingest.max-record-bytes");
  }
}
