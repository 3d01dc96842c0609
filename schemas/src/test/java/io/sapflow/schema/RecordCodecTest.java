package io.sapflow.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecordCodecTest {

  static List<SpecificRecord> records() {
    return Samples.all();
  }

  @SuppressWarnings("unchecked")
  static RecordCodec<SpecificRecord> codec(SpecificRecord record) {
    return RecordCodec.of((Class<SpecificRecord>) record.getClass());
  }

  @ParameterizedTest
  @MethodSource("records")
  void decode_encoded_givesTheRecord(SpecificRecord record) throws Exception {
    RecordCodec<SpecificRecord> codec = codec(record);
    assertThat(codec.decode(codec.encode(record))).isEqualTo(record);
  }

  @ParameterizedTest
  @MethodSource("records")
  void decode_cutAnywhere_saysCut(SpecificRecord record) {
    RecordCodec<SpecificRecord> codec = codec(record);
    byte[] bytes = codec.encode(record);
    for (int length = 2; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> codec.decode(cut))
          .isInstanceOfSatisfying(
              UndecodableRecordException.class,
              e -> assertThat(e.reason()).isEqualTo(QuarantineReason.CUT));
    }
  }

  @Test
  void decode_garbage_saysWhatWasExpected() {
    assertFails(
        new byte[] {1, 2, 3},
        QuarantineReason.GARBAGE,
        "3 bytes do not begin with Avro's single-object marker C3 01, expected a TrainingExample");
  }

  @Test
  void decode_endWithinTheHeader_saysSo() {
    assertFails(
        Arrays.copyOf(example(), 9),
        QuarantineReason.CUT,
        "9 bytes end within the header, expected a TrainingExample");
    assertFails(new byte[1], QuarantineReason.GARBAGE, "1 bytes do not begin with");
  }

  @Test
  void decode_otherType_saysUnknownSchema() {
    byte[] alert = codec(Samples.all().get(7)).encode(Samples.all().get(7));
    assertFails(alert, QuarantineReason.UNKNOWN_SCHEMA, "are of a schema that no release knows");
  }

  @Test
  void decode_falseStringLength_saysLimit() {
    byte[] bytes = example();
    byte[] false18 = Arrays.copyOf(bytes, 18);
    // A string length of two thousand million, as a zig-zag varint.
    System.arraycopy(new byte[] {-2, -1, -1, -1, 15}, 0, false18, 10, 5);
    assertFails(false18, QuarantineReason.LIMIT, "claim a length above the limits in force");
  }

  @Test
  void decode_bytesAfterTheRecord_saysMalformed() {
    byte[] bytes = example();
    assertFails(
        Arrays.copyOf(bytes, bytes.length + 2),
        QuarantineReason.MALFORMED,
        "2 bytes after the end of the TrainingExample, expected none");
  }

  private static byte[] example() {
    return codec(Samples.all().get(0)).encode(Samples.all().get(0));
  }

  private static void assertFails(byte[] bytes, QuarantineReason reason, String text) {
    RecordCodec<TrainingExample> codec = RecordCodec.of(TrainingExample.class);
    assertThatThrownBy(() -> codec.decode(bytes))
        .hasMessageContaining(text)
        .isInstanceOfSatisfying(
            UndecodableRecordException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
