package io.sapflow.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.schema.TrainingExample;
import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ExampleDecoderFuzzTest {

  private static final int RECORDS = 20_000;

  @Test
  void decode_mutatedRecords_isValidOrRejected() throws Exception {
    IngestLimits limits = IngestLimits.DEFAULT;
    AdapterPolicy adapters = new AdapterPolicy(Set.of("helper", "helpes"), 4);
    ExampleDecoder decoder = new ExampleDecoder(limits, adapters);
    ExampleRules rules = new ExampleRules(limits, adapters);
    byte[] whole = Samples.raw(Samples.example()).value();
    SplittableRandom random = new SplittableRandom(2026);
    TreeMap<String, Integer> outcomes = new TreeMap<>();
    for (int i = 0; i < RECORDS; i++) {
      RawRecord raw = Samples.raw(mutate(whole, random));
      try {
        TrainingExample example = decoder.decode(raw);
        rules.check(example);
        outcomes.merge("valid", 1, Integer::sum);
      } catch (RejectedRecordException e) {
        outcomes.merge(e.code().name(), 1, Integer::sum);
        assertThat(Quarantine.record(raw, e).getValue().array()).isEqualTo(raw.value());
      }
    }
    assertThat(outcomes.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(RECORDS);
    assertThat(outcomes)
        .containsKeys(
            "valid",
            "GARBAGE",
            "UNKNOWN_SCHEMA",
            "CUT",
            "LIMIT",
            "MALFORMED",
            "INVALID_TEXT",
            "INVALID_ADAPTER_ID",
            "UNKNOWN_ADAPTER",
            "UNKNOWN_ROLE");
  }

  /** Most mutations leave the header alone: they shall reach the body. */
  private static byte[] mutate(byte[] bytes, SplittableRandom random) {
    byte[] mutated = bytes.clone();
    int from = random.nextInt(10) == 0 ? 0 : 10;
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes; i++) {
      int at = from + random.nextInt(Math.max(1, mutated.length - from));
      switch (random.nextInt(8)) {
        case 0 -> mutated = Arrays.copyOf(mutated, Math.max(from + 1, at));
        case 1 -> mutated = Arrays.copyOf(mutated, mutated.length + 1);
        case 2 -> {
          // The longest varints: lengths of all sizes, of both signs.
          for (int k = at; k < Math.min(mutated.length, at + 1 + random.nextInt(9)); k++) {
            mutated[k] = (byte) (0x80 | random.nextInt(128));
          }
        }
        case 3 -> mutated[at] = (byte) random.nextInt(256);
        default -> mutated[at] ^= (byte) (1 << random.nextInt(8));
      }
    }
    return mutated;
  }
}
