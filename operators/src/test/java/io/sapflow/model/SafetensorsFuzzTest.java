package io.sapflow.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files damaged at random, by seed: nothing but a ModelException may come of them. */
class SafetensorsFuzzTest {
  private static final int FILES = 10_000;
  private static final long MAX_ALLOCATED = 2 << 20; // bytes, for files of less than 2 KiB
  private static final String[] FRAGMENTS = {
    "18446744073709551615",
    "9223372036854775807",
    "4294967296",
    "-1",
    "1e9",
    "[",
    "]",
    "{",
    "}",
    "\"",
    ",",
    ":",
    "null",
    "[0,0]",
    "F64",
    "\"shape\":",
    "\\u0000",
    "\\ud800",
    "__metadata__",
  };

  @TempDir Path temp;

  @Test
  void open_damagedFiles_onlyModelExceptionEscapesAndMemoryIsBounded() throws IOException {
    byte[] whole = example();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Path path = temp.resolve("fuzz.safetensors");
    int opened = 0;
    int refused = 0;
    long most = 0;
    for (long seed = 0; seed < FILES; seed++) {
      Files.write(path, damaged(whole, new SplittableRandom(seed)));
      long before = threads.getCurrentThreadAllocatedBytes();
      try (SafetensorsFile file = SafetensorsFile.open(path)) {
        file.names().forEach(name -> readAll(file, name));
        opened++;
      } catch (ModelException e) {
        assertThat(e.getMessage()).as("seed %d", seed).startsWith(path + ": ").doesNotContain("\n");
        refused++;
      } catch (RuntimeException | Error e) {
        throw new AssertionError("seed " + seed, e);
      }
      most = Math.max(most, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(most).as("most bytes allocated for one file").isLessThan(MAX_ALLOCATED);
    assertThat(opened).as("some damage is not visible in the header").isPositive();
    assertThat(refused).isGreaterThan(FILES / 2);
  }

  // Seeds whose file was once taken although its header holds a lone surrogate.
  @ParameterizedTest
  @ValueSource(longs = {3597, 6850, 7118, 7944, 9676})
  void open_seedThatFoundSomething_isRefused(long seed) throws IOException {
    Path path = temp.resolve("seed.safetensors");
    Files.write(path, damaged(example(), new SplittableRandom(seed)));
    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(ModelException.class)
        .message()
        .containsAnyOf("in the header holds a lone surrogate", "Broken surrogate pair in");
  }

  private static void readAll(SafetensorsFile file, String name) {
    TensorEntry entry = file.entry(name);
    ByteBuffer bytes = file.bytes(name);
    assertThat((long) bytes.remaining()).isEqualTo(entry.bytes());
    while (bytes.hasRemaining()) {
      bytes.get();
    }
    if (entry.dtype().widensToFloat()) {
      assertThat((long) file.floats(name).length).isEqualTo(entry.elements());
    }
  }

  private static byte[] example() {
    ByteBuffer halves = ByteBuffer.allocate(12);
    return new SafetensorsWriter()
        .metadata("format", "pt")
        .add("model.norm.weight", new long[] {5}, new float[] {1, 2, 3, 4, 5})
        .add("model.embed_tokens.weight", new long[] {3, 4}, new float[12])
        .add("half", new long[] {2, 3}, DType.F16, halves)
        .add("ids", new long[] {2, 2}, new long[] {1, 2, 3, 4})
        .add("empty", new long[] {0, 7}, new float[0])
        .toBytes();
  }

  private static byte[] damaged(byte[] whole, SplittableRandom random) {
    byte[] bytes = whole.clone();
    int headerEnd = (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong(0) + 8;
    for (int i = random.nextInt(1, 4); i > 0 && bytes.length > 8; i--) {
      int at = random.nextInt(Math.min(headerEnd, bytes.length));
      bytes =
          switch (random.nextInt(7)) {
            case 0 -> set(bytes, at, (byte) random.nextInt(256));
            case 1 -> set(bytes, at, (byte) (bytes[at] ^ (1 << random.nextInt(8))));
            case 2 -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 3 -> Arrays.copyOf(bytes, bytes.length + random.nextInt(1, 64));
            case 4 -> splice(bytes, at, random.nextInt(8), "");
            case 5 ->
                splice(
                    bytes,
                    8 + random.nextInt(headerEnd - 8),
                    random.nextInt(6),
                    FRAGMENTS[random.nextInt(FRAGMENTS.length)]);
            default -> swapDigits(bytes, headerEnd, random);
          };
    }
    return bytes;
  }

  private static byte[] set(byte[] bytes, int at, byte value) {
    bytes[at] = value;
    return bytes;
  }

  /** Replaces bytes of the header by a text, and keeps the header's length right. */
  private static byte[] splice(byte[] bytes, int from, int length, String text) {
    int at = Math.min(from, bytes.length);
    int end = Math.min(at + length, bytes.length);
    byte[] insert = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer spliced =
        ByteBuffer.allocate(bytes.length - (end - at) + insert.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(bytes, 0, at)
            .put(insert)
            .put(bytes, end, bytes.length - end);
    if (at >= 8) {
      long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
      spliced.putLong(0, header + insert.length - (end - at));
    }
    return spliced.array();
  }

  /** Overwrites one digit of the header with another. */
  private static byte[] swapDigits(byte[] bytes, int headerEnd, SplittableRandom random) {
    int end = Math.min(headerEnd, bytes.length);
    int start = 8 + random.nextInt(Math.max(1, end - 8));
    for (int at = start; at < end; at++) {
      if (bytes[at] >= '0' && bytes[at] <= '9') {
        return set(bytes, at, (byte) ('0' + random.nextInt(10)));
      }
    }
    return bytes;
  }
}
