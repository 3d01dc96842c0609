package io.sapflow.ingest;

import static io.sapflow.ingest.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.ingest.registry.RegistryStandIn;
import io.sapflow.schema.TrainingExample;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExampleFormatTest {

  private static final int RECORDS = 5_000;

  private final AdapterPolicy adapters = new AdapterPolicy(Set.of("helper"), 4);
  private final TrainingExample example = Samples.example().build();
  private final Map<ExampleFormat, byte[]> values = new EnumMap<>(ExampleFormat.class);
  private RegistryStandIn server;

  @BeforeEach
  void start() throws Exception {
    server = new RegistryStandIn().knows(7, TrainingExample.getClassSchema().toString());
    for (ExampleFormat format : ExampleFormat.values()) {
      values.put(format, of(format).encoder(Map.of(), line -> {}).encode("examples", example));
    }
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private FormatSettings of(ExampleFormat format) {
    return new FormatSettings(
        format, RegistryStandIn.settings(server.settings().addresses(), 100_000));
  }

  private ExampleDecoder decoder(ExampleFormat format) {
    return new ExampleDecoder(IngestLimits.DEFAULT, adapters, of(format).decoder(Map.of()));
  }

  @ParameterizedTest
  @EnumSource
  void value_ofAnotherFormat_isRefusedNamingBoth(ExampleFormat expected) {
    ExampleDecoder decoder = decoder(expected);
    values.forEach(
        (found, value) -> {
          if (found != expected) {
            assertRejected(
                () -> decoder.decode(Samples.raw(value)),
                "GARBAGE",
                "found "
                    + found.words()
                    + (found == ExampleFormat.CONFLUENT ? " (schema id 7)" : "")
                    + ", expected "
                    + expected.words()
                    + " (sapflow.examples.format: "
                    + expected.key()
                    + ")");
          }
        });
  }

  @Test
  void value_ofTheMarkAlone_isCut() {
    byte[] value = Arrays.copyOf(values.get(ExampleFormat.AVRO), 2);
    assertRejected(
        () -> decoder(ExampleFormat.AVRO).decode(Samples.raw(value)),
        "CUT",
        "2 bytes end within the header, expected a TrainingExample");
  }

  @Test
  void valueOfAnyFormat_lookedBackAt_isTheSameExample() throws Exception {
    FormatDecoder any = of(ExampleFormat.JSON).anyDecoder(Map.of());
    for (byte[] value : values.values()) {
      assertThat(any.decode(value)).isEqualTo(example);
    }
  }

  @ParameterizedTest
  @EnumSource
  void decode_mutatedRecords_isValidOrRejected(ExampleFormat format) throws Exception {
    ExampleDecoder decoder = decoder(format);
    ExampleRules rules = new ExampleRules(IngestLimits.DEFAULT, adapters);
    SplittableRandom random = new SplittableRandom(2026);
    TreeMap<String, Integer> outcomes = new TreeMap<>();
    for (int i = 0; i < RECORDS; i++) {
      byte[] value = mutated(values.get(format), random);
      try {
        rules.check(decoder.decode(Samples.raw(value)));
        outcomes.merge("valid", 1, Integer::sum);
      } catch (RejectedRecordException e) {
        outcomes.merge(e.code().name(), 1, Integer::sum);
      }
    }
    assertThat(outcomes).containsKeys("valid", "GARBAGE", "CUT", "MALFORMED", "INVALID_TEXT");
    switch (format) {
      case AVRO -> assertThat(outcomes).containsKeys("UNKNOWN_SCHEMA", "LIMIT");
      case CONFLUENT -> assertThat(outcomes).containsKeys("UNKNOWN_SCHEMA_ID", "LIMIT");
      case JSON -> assertThat(outcomes).containsKeys("UNKNOWN_FIELD", "WRONG_TYPE");
    }
  }

  /** Some are noise; of most the header stays, so that they reach the body. */
  private static byte[] mutated(byte[] whole, SplittableRandom random) {
    if (random.nextInt(20) == 0) {
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      return noise;
    }
    byte[] bytes = whole.clone();
    int from = random.nextInt(10) == 0 ? 0 : Math.min(10, bytes.length - 1);
    for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
      int at = from + random.nextInt(Math.max(1, bytes.length - from));
      switch (random.nextInt(8)) {
        case 0 -> bytes = Arrays.copyOf(bytes, Math.max(from + 1, at));
        case 1 -> bytes = Arrays.copyOf(bytes, bytes.length + 1);
        case 2 -> {
          for (int k = at; k < Math.min(bytes.length, at + 1 + random.nextInt(9)); k++) {
            bytes[k] = (byte) (0x80 | random.nextInt(128));
          }
        }
        case 3 -> bytes[at] = (byte) "{}[]\":,0e\\".charAt(random.nextInt(10));
        default -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      }
    }
    return bytes;
  }
}
