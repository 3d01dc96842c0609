package io.sapflow.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StateCodecTest {

  private final StateCodec<AdapterBook> books = StateCodec.of(AdapterBook.class);

  static List<SpecificRecord> records() {
    return Samples.all();
  }

  @SuppressWarnings("unchecked")
  private static StateCodec<SpecificRecord> codec(SpecificRecord record) {
    return StateCodec.of((Class<SpecificRecord>) record.getClass());
  }

  @ParameterizedTest
  @MethodSource("records")
  void encoded_isTheWiresForm_andReadsBack(SpecificRecord record) throws Exception {
    byte[] bytes = codec(record).encode(record);
    assertThat(bytes).isEqualTo(RecordCodecTest.codec(record).encode(record));
    assertThat(codec(record).decode(bytes)).isEqualTo(record);
  }

  @ParameterizedTest
  @MethodSource("records")
  void decode_cutAnywhere_saysCut(SpecificRecord record) {
    byte[] bytes = codec(record).encode(record);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> codec(record).decode(cut))
          .isInstanceOfSatisfying(
              UndecodableRecordException.class,
              e -> assertThat(e.reason()).isEqualTo(QuarantineReason.CUT));
    }
  }

  private static AdapterBook.Builder book() {
    return AdapterBook.newBuilder()
        .setGeneration(0)
        .setStep(1)
        .setUpdates(1)
        .setProbeUpdates(0)
        .setHasDirection(false)
        .setWindows(0)
        .setDraws(0)
        .setVersionUpdates(0)
        .setPaused(false);
  }

  private static HeldExample held(String id, int original) {
    return HeldExample.newBuilder()
        .setId(id)
        .setSource("s")
        .setVerified(false)
        .setTopic("t")
        .setPartition(0)
        .setOffset(0)
        .setTimestamp(0)
        .setTokens(List.of())
        .setTargets(ByteBuffer.allocate(0))
        .setTruncated(0)
        .setKey(ByteBuffer.allocate(0))
        .setOriginal(ByteBuffer.allocate(original))
        .build();
  }

  private void assertReadsBack(AdapterBook book) throws Exception {
    byte[] bytes = books.encode(book);
    assertThatThrownBy(() -> RecordCodec.of(AdapterBook.class).decode(bytes))
        .hasMessageContaining("above the limits in force");
    assertThat(books.decode(bytes)).isEqualTo(book);
  }

  @Test
  void moreReferencesThanARecordOfATopicMayHaveItems_readBack() throws Exception {
    assertReadsBack(book().setSinceGreen(Collections.nCopies(1_000_001, held("i", 0))).build());
  }

  @Test
  void moreBytesThanARecordOfATopicMayHave_readBack() throws Exception {
    assertReadsBack(book().setWindow(List.of(held("i", (16 << 20) + 1))).build());
  }

  @Test
  void longerTextsThanARecordOfATopicMayHave_readBack() throws Exception {
    String text = "x".repeat((4 << 20) + 1);
    assertReadsBack(book().setBuffer(List.of(held(text, 0))).build());
    ControlCommand command =
        ControlCommand.newBuilder()
            .setId("c")
            .setAdapterId("helper")
            .setKind(CommandKind.PAUSE)
            .setArguments(Map.of(text, text))
            .setIssuer("ada")
            .setTime(1)
            .build();
    assertReadsBack(book().setWaitingCommands(List.of(command)).build());
  }

  @Test
  void falseLengths_areRefused_withoutRoomForThem() {
    byte[] bytes = books.encode(book().build());
    int refused = 0;
    for (int at = 10; at < bytes.length - 5; at++) {
      byte[] wrong = bytes.clone();
      // A length of two thousand million, as a zig-zag varint.
      System.arraycopy(new byte[] {-2, -1, -1, -1, 15}, 0, wrong, at, 5);
      try {
        books.decode(wrong);
      } catch (UndecodableRecordException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(bytes.length / 2);
  }

  @Test
  void otherTypesAndGarbage_areNamed() {
    SpecificRecord other = Samples.all().get(7);
    assertThatThrownBy(() -> books.decode(codec(other).encode(other)))
        .hasMessageContaining("are of a schema that no release knows")
        .hasMessageContaining("expected a AdapterBook");
    assertThatThrownBy(() -> books.decode(new byte[20]))
        .hasMessage(
            "20 bytes do not begin with Avro's single-object marker C3 01, expected a AdapterBook");
    byte[] longer = Arrays.copyOf(books.encode(book().build()), 200);
    assertThatThrownBy(() -> books.decode(longer)).hasMessageContaining("after the record");
  }
}
