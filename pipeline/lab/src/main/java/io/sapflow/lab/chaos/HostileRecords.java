package io.sapflow.lab.chaos;

import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.Topics;
import io.sapflow.schema.TrainingExample;
import io.sapflow.schema.Turns;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Records that nobody should send, each a function of seed and number: noise, mutations of a good
 * example, false lengths, what is beyond a bound of ingest, and what inflates. A few mutations
 * leave a good example behind.
 */
final class HostileRecords {

  static final int MEBIBYTE = 1 << 20;

  /** Avro's marker and the schema's fingerprint. */
  private static final int HEADER_BYTES = 10;

  private static final int LEAST_INFLATED_MIB = 64;
  private static final int MOST_INFLATED_MIB = 96;

  private final RecordCodec<TrainingExample> codec = RecordCodec.of(TrainingExample.class);
  private final byte[] key;
  private final byte[] example;
  private final long seed;

  HostileRecords(String adapter, long seed) {
    this.key = adapter.getBytes(StandardCharsets.UTF_8);
    this.seed = seed;
    this.example = codec.encode(example(adapter));
  }

  private static TrainingExample example(String adapter) {
    return TrainingExample.newBuilder()
        .setId("mutated")
        .setAdapterId(adapter)
        .setSource("stranger")
        .setMessages(List.of(Turns.of("user", "a question"), Turns.of("assistant", "an answer")))
        .setAttributes(Map.of("a", "b"))
        .build();
  }

  private SplittableRandom random(long number) {
    return new SplittableRandom(seed * 0x9E3779B97F4A7C15L + number);
  }

  /**
   * A record by its number.
   *
   * @param compressed whether it is on its way with a codec that shrinks what repeats
   */
  ProducerRecord<byte[], byte[]> record(long number, boolean compressed) {
    SplittableRandom random = random(number);
    int kind = random.nextInt(2000);
    if (kind < 20) {
      return beyondABound(kind % 4, compressed, random);
    }
    return new ProducerRecord<>(
        Topics.EXAMPLES, random.nextBoolean() ? key : null, value(kind, random));
  }

  private byte[] value(int kind, SplittableRandom random) {
    if (kind < 30) {
      return null;
    }
    if (kind < 40) {
      return flipped(0, example.length, random);
    }
    return switch (kind % 6) {
      case 0 -> noise(new byte[random.nextInt(400)], 0, random);
      case 1 -> Arrays.copyOf(example, random.nextInt(example.length));
      case 2 -> flipped(0, HEADER_BYTES, random);
      case 3 ->
          noise(
              Arrays.copyOf(example, example.length + 1 + random.nextInt(50)),
              example.length,
              random);
      case 4 -> falseLength(random);
      default -> codec.encode(example("No Adapter " + random.nextInt(1000)));
    };
  }

  private static byte[] noise(byte[] bytes, int from, SplittableRandom random) {
    for (int i = from; i < bytes.length; i++) {
      bytes[i] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  private byte[] flipped(int from, int to, SplittableRandom random) {
    byte[] bytes = example.clone();
    bytes[from + random.nextInt(to - from)] ^= (byte) (1 << random.nextInt(8));
    return bytes;
  }

  /** The id's length, which comes first, says more than there is. */
  private byte[] falseLength(SplittableRandom random) {
    byte[] bytes = Arrays.copyOf(example, HEADER_BYTES + 8);
    Arrays.fill(bytes, HEADER_BYTES, bytes.length, (byte) 0x7F);
    for (int i = 0; i < 1 + random.nextInt(4); i++) {
      bytes[HEADER_BYTES + i] = (byte) (0x80 | random.nextInt(128));
    }
    return bytes;
  }

  private ProducerRecord<byte[], byte[]> beyondABound(
      int which, boolean compressed, SplittableRandom random) {
    int large = compressed ? MEBIBYTE + random.nextInt(3 * MEBIBYTE) : 900_000;
    ProducerRecord<byte[], byte[]> record =
        switch (which) {
          case 0 -> new ProducerRecord<>(Topics.EXAMPLES, key, new byte[large]);
          case 1 -> new ProducerRecord<>(Topics.EXAMPLES, new byte[5000], example);
          default -> new ProducerRecord<>(Topics.EXAMPLES, key, example);
        };
    if (which == 2) {
      for (int i = 0; i < 65; i++) {
        record.headers().add("h" + i, new byte[0]);
      }
    }
    if (which == 3) {
      record.headers().add("trace", new byte[70_000]);
    }
    return record;
  }

  /** One that inflates, of at least 64 MiB. */
  ProducerRecord<byte[], byte[]> inflated(long number) {
    SplittableRandom random = random(-1 - number);
    int mebibytes = random.nextInt(LEAST_INFLATED_MIB, MOST_INFLATED_MIB + 1);
    byte[] value = new byte[mebibytes * MEBIBYTE];
    System.arraycopy(example, 0, value, 0, example.length);
    return new ProducerRecord<>(Topics.EXAMPLES, key, value);
  }
}
