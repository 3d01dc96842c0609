package io.sapflow.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

class RecordCodecFuzzTest {

  private static final int RECORDS = 100_000;

  /** A collection of a million empty records is within the limits; what it takes is the bound. */
  private static final long MOST_BYTES_FOR_ONE_RECORD = 96L << 20;

  @Test
  void decode_mutatedRecords_decodesOrRefusesInBoundedMemory() {
    List<SpecificRecord> samples = Samples.all();
    List<RecordCodec<SpecificRecord>> codecs =
        samples.stream().map(RecordCodecTest::codec).toList();
    SplittableRandom random = new SplittableRandom(2026);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int decoded = 0;
    int refused = 0;
    long most = 0;
    for (int i = 0; i < RECORDS; i++) {
      int which = random.nextInt(samples.size());
      byte[] mutated = mutate(codecs.get(which).encode(samples.get(which)), random);
      long before = threads.getCurrentThreadAllocatedBytes();
      try {
        codecs.get(which).decode(mutated);
        decoded++;
      } catch (UndecodableRecordException e) {
        refused++;
      }
      most = Math.max(most, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(decoded + refused).isEqualTo(RECORDS);
    assertThat(refused).isGreaterThan(RECORDS / 4);
    assertThat(most).isLessThan(MOST_BYTES_FOR_ONE_RECORD);
  }

  /** Most mutations leave the header alone: they shall reach the decoder of the body. */
  private static byte[] mutate(byte[] bytes, SplittableRandom random) {
    byte[] mutated = bytes.clone();
    int from = random.nextInt(10) == 0 ? 0 : 10;
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      int at = from + random.nextInt(Math.max(1, mutated.length - from));
      switch (random.nextInt(4)) {
        case 0 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> mutated[at] = (byte) random.nextInt(256);
        case 2 -> mutated = Arrays.copyOf(mutated, Math.max(from + 1, at));
        default -> {
          // The longest varints: lengths of all sizes, of both signs.
          for (int k = at; k < Math.min(mutated.length, at + 1 + random.nextInt(9)); k++) {
            mutated[k] = (byte) (0x80 | random.nextInt(128));
          }
        }
      }
    }
    return mutated;
  }
}
