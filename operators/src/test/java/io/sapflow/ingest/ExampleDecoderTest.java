package io.sapflow.ingest;

import static io.sapflow.ingest.Samples.conversation;
import static io.sapflow.ingest.Samples.example;
import static io.sapflow.ingest.Samples.raw;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.TrainingExample;
import io.sapflow.schema.Turns;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExampleDecoderTest {

  private static final AdapterPolicy ANY = new AdapterPolicy(Set.of(), 8);

  private final ExampleDecoder decoder = new ExampleDecoder(IngestLimits.DEFAULT, ANY);

  private void assertRejected(TrainingExample.Builder example, String code, String message) {
    assertRejected(raw(example), code, message);
  }

  private void assertRejected(RawRecord raw, String code, String message) {
    Rejections.assertRejected(() -> decoder.decode(raw), code, message);
  }

  private static IngestLimits within(int turns, int contentChars, EnvelopeLimits envelope) {
    return new IngestLimits(turns, contentChars, 10, 2, 20, envelope);
  }

  @Test
  void decode_validExample_isTheExample() throws Exception {
    TrainingExample example = example().setAttributes(Map.of("lang", "en")).build();
    assertThat(decoder.decode(raw(Samples.encode(TrainingExample.class, example))))
        .isEqualTo(example);
  }

  @Test
  void decode_shortestConversation_isAccepted() throws Exception {
    TrainingExample example = example().setMessages(conversation("user", "assistant")).build();
    assertThat(decoder.decode(raw(Samples.encode(TrainingExample.class, example))))
        .isEqualTo(example);
  }

  @Test
  void decode_endsWithUserTurn_isAccepted() throws Exception {
    TrainingExample.Builder example =
        example().setMessages(conversation("user", "assistant", "user"));
    assertThat(decoder.decode(raw(example)).getMessages()).hasSize(3);
  }

  @Test
  void decode_notAvro_isGarbage() {
    assertRejected(
        raw("hello, world".getBytes(StandardCharsets.UTF_8)),
        "GARBAGE",
        "12 bytes do not begin with Avro's single-object marker C3 01, expected a"
            + " TrainingExample");
  }

  @Test
  void decode_otherRecordType_isUnknownSchema() {
    SafetyPair pair =
        SafetyPair.newBuilder()
            .setId("p")
            .setPrompt(conversation("user"))
            .setSafe("a")
            .setHarmful("b")
            .build();
    RejectedRecordException found =
        catchThrowableOfType(
            RejectedRecordException.class,
            () -> decoder.decode(raw(Samples.encode(SafetyPair.class, pair))));
    assertThat(found.code()).isEqualTo(QuarantineReason.UNKNOWN_SCHEMA);
    assertThat(found)
        .hasMessageContaining("are of a schema that no release knows")
        .hasMessageEndingWith("expected a TrainingExample");
  }

  @Test
  void decode_cutRecord_isCut() {
    byte[] bytes = raw(example()).value();
    assertRejected(
        raw(Arrays.copyOf(bytes, 40)),
        "CUT",
        "40 bytes are no valid record (Decoding datum failed), expected a TrainingExample");
  }

  @Test
  void decode_falseLength_isOverTheLimit() {
    byte[] bytes = Arrays.copyOf(raw(example()).value(), 16);
    // A string of 2^31 - 2 bytes.
    byte[] length = {(byte) 0xFC, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F};
    System.arraycopy(length, 0, bytes, 10, length.length);
    RejectedRecordException found =
        catchThrowableOfType(RejectedRecordException.class, () -> decoder.decode(raw(bytes)));
    assertThat(found.code()).isEqualTo(QuarantineReason.LIMIT);
    assertThat(found).hasMessageStartingWith("16 bytes claim a length above the limits in force");
  }

  @Test
  void decode_bytesAfterTheRecord_isMalformed() {
    byte[] bytes = raw(example()).value();
    assertRejected(
        raw(Arrays.copyOf(bytes, bytes.length + 2)),
        "MALFORMED",
        "2 bytes after the end of the TrainingExample, expected none");
  }

  @Test
  void decode_blankId_isRejected() {
    assertRejected(
        example().setId(" "), "EMPTY_ID", "id: found nothing but blanks, expected a text");
  }

  @Test
  void decode_longId_isRejected() {
    assertRejected(
        example().setId("e".repeat(257)),
        "ID_TOO_LONG",
        "id: found 257 characters, expected at most 256 (sapflow.ingest.max-id-chars)");
  }

  @Test
  void decode_longSource_isRejected() {
    assertRejected(
        example().setSource("s".repeat(257)),
        "SOURCE_TOO_LONG",
        "source: found 257 characters, expected at most 256 (sapflow.ingest.max-id-chars)");
  }

  @Test
  void decode_invalidAdapterId_isRejected() {
    String code = "INVALID_ADAPTER_ID";
    assertRejected(
        example().setAdapterId(""),
        code,
        "adapterId: found no character, expected [a-z0-9-]{1,64}");
    assertRejected(
        example().setAdapterId("../x"),
        code,
        "adapterId: found U+002E as character 1, expected [a-z0-9-]{1,64}");
    assertRejected(
        example().setAdapterId("helpeR"),
        code,
        "adapterId: found U+0052 as character 6, expected [a-z0-9-]{1,64}");
    assertRejected(
        example().setAdapterId("a".repeat(65)),
        code,
        "adapterId: found 65 characters, expected [a-z0-9-]{1,64}");
  }

  @Test
  void decode_adapterNotInTheList_isRejected() throws Exception {
    ExampleDecoder strict =
        new ExampleDecoder(IngestLimits.DEFAULT, new AdapterPolicy(Set.of("helper", "b-2"), 2));
    assertThat(strict.decode(raw(example())).getAdapterId()).isEqualTo("helper");
    Rejections.assertRejected(
        () -> strict.decode(raw(example().setAdapterId("c-3"))),
        "UNKNOWN_ADAPTER",
        "adapterId: found c-3, expected one of the 2 in sapflow.adapters.allow");
  }

  @Test
  void decode_noTurns_isRejected() {
    assertRejected(
        example().setMessages(List.of()),
        "EMPTY_CONVERSATION",
        "messages: found no turn, expected a conversation");
  }

  @Test
  void decode_moreTurnsThanTheLimit_isRejected() throws Exception {
    ExampleDecoder strict = new ExampleDecoder(within(4, 1000, EnvelopeLimits.DEFAULT), ANY);
    String[] four = {"user", "assistant", "user", "assistant"};
    assertThat(strict.decode(raw(example().setMessages(conversation(four))))).isNotNull();
    Rejections.assertRejected(
        () -> strict.decode(raw(example())),
        "TOO_MANY_TURNS",
        "messages: found 5 turns, expected at most 4 (sapflow.ingest.max-turns)");
  }

  @Test
  void decode_moreContentThanTheLimit_isRejected() throws Exception {
    // Five turns of 21 characters.
    assertThat(
            new ExampleDecoder(within(8, 105, EnvelopeLimits.DEFAULT), ANY).decode(raw(example())))
        .isNotNull();
    Rejections.assertRejected(
        () ->
            new ExampleDecoder(within(8, 104, EnvelopeLimits.DEFAULT), ANY).decode(raw(example())),
        "CONTENT_TOO_LONG",
        "messages: found 105 characters in all turns, expected at most 104"
            + " (sapflow.ingest.max-content-chars)");
  }

  @Test
  void decode_unknownRole_isRejectedWithoutQuotingIt() {
    assertRejected(
        example().setMessages(conversation("user", "wizard of the map")),
        "UNKNOWN_ROLE",
        "messages[1].role: found another text of 17 characters, expected system, user,"
            + " assistant or tool");
    assertRejected(
        example().setMessages(conversation("User", "assistant")),
        "UNKNOWN_ROLE",
        "messages[0].role: found user in another spelling, expected system, user, assistant or tool");
  }

  @Test
  void decode_rolesOutOfOrder_isRejected() {
    String order =
        " (one system turn may stand first, then user and assistant in turn; tool turns stand"
            + " between two of the assistant's)";
    assertRejected(
        example().setMessages(conversation("assistant", "user")),
        "ROLES_OUT_OF_ORDER",
        "messages[0].role: found assistant, expected user" + order);
    assertRejected(
        example().setMessages(conversation("user", "user", "assistant")),
        "ROLES_OUT_OF_ORDER",
        "messages[1].role: found user, expected assistant" + order);
    assertRejected(
        example().setMessages(conversation("system", "system", "user", "assistant")),
        "ROLES_OUT_OF_ORDER",
        "messages[1].role: found system, expected user" + order);
    assertRejected(
        example().setMessages(conversation("user", "assistant", "system")),
        "ROLES_OUT_OF_ORDER",
        "messages[2].role: found system, expected user or tool" + order);
  }

  @Test
  void decode_noAnswer_isRejected() {
    assertRejected(
        example().setMessages(conversation("system", "user")),
        "NO_ASSISTANT_TURN",
        "messages: found no assistant turn, expected at least one with a text to learn");
    assertRejected(
        example().setMessages(List.of(Turns.of("user", "how"), Turns.of("assistant", "\n"))),
        "NO_ASSISTANT_TURN",
        "messages: found blank assistant turns only, expected at least one with a text to learn");
  }

  @Test
  void decode_encodedLoneSurrogate_isInvalidText() {
    byte[] bytes = raw(example().setSource("abc")).value();
    byte[] surrogate = {(byte) 0xED, (byte) 0xA0, (byte) 0x80};
    assertRejected(
        raw(replaced(bytes, "abc", surrogate)),
        "INVALID_TEXT",
        "found 1 byte sequence(s) in its text that are not UTF-8, expected UTF-8");
  }

  @Test
  void decode_otherBytesThatAreNotUtf8_isInvalidText() {
    byte[] bytes =
        raw(example().setSource("a").setAttributes(Map.of("note", "\uFFFD", "tag", "xyz"))).value();
    assertRejected(
        raw(replaced(bytes, "xyz", new byte[] {'x', (byte) 0xFF, 'z'})),
        "INVALID_TEXT",
        "found 1 byte sequence(s) in its text that are not UTF-8, expected UTF-8");
  }

  @Test
  void decode_writtenReplacementCharacter_isAccepted() throws Exception {
    TrainingExample.Builder example =
        example()
            .setMessages(
                List.of(Turns.of("user", "odd \uFFFD\uFFFD"), Turns.of("assistant", "😀")));
    assertThat(decoder.decode(raw(example)).getMessages().get(0).getContent())
        .isEqualTo("odd \uFFFD\uFFFD");
  }

  @Test
  void check_loneSurrogate_isInvalidText() {
    ExampleRules rules = new ExampleRules(IngestLimits.DEFAULT, ANY);
    for (String text : List.of("😀\uD83D", "😀\uDE00x")) {
      TrainingExample example =
          example()
              .setMessages(List.of(Turns.of("user", text), Turns.of("assistant", "yes")))
              .build();
      Rejections.assertRejected(
          () -> rules.check(example),
          "INVALID_TEXT",
          "found a lone surrogate as character 3 of a text, expected Unicode text");
    }
  }

  private static byte[] replaced(byte[] bytes, String text, byte[] by) {
    byte[] sought = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i + sought.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + sought.length, sought, 0, sought.length)) {
        System.arraycopy(by, 0, bytes, i, by.length);
        return bytes;
      }
    }
    throw new AssertionError("the record does not hold the text");
  }

  @Test
  void record_beyondTheBound_isRefusedBeforeItIsRead() {
    byte[] value = Samples.encode(TrainingExample.class, Samples.example().build());
    RawRecord raw = Samples.raw(value);
    int bytes = value.length + 2;
    assertThat(raw.measure()).isEqualTo(new Measure(bytes, 0, 0));
    assertThatCode(
            () ->
                new ExampleDecoder(
                        within(64, 1000, EnvelopeLimits.DEFAULT.withRecordBytes(bytes)), ANY)
                    .decode(raw))
        .doesNotThrowAnyException();
    assertThatThrownBy(
            () ->
                new ExampleDecoder(
                        within(64, 1000, EnvelopeLimits.DEFAULT.withRecordBytes(bytes - 1)), ANY)
                    .decode(raw))
        .isInstanceOfSatisfying(
            RejectedRecordException.class,
            e -> assertThat(e.code()).isEqualTo(QuarantineReason.RECORD_TOO_LARGE))
        .hasMessage(
            "record: found "
                + bytes
                + " bytes with key and headers, expected at most "
                + (bytes - 1)
                + " (sapflow.ingest.max-record-bytes)");
  }

  @Test
  void reference_isRefused_whateverTheBound() {
    RawRecord raw = RawRecord.reference("t", 0, 7, 1, new Measure(3 << 20, 2, 40), "ab");
    assertThatThrownBy(() -> decoder.decode(raw))
        .hasMessage(
            "record: found 3145728 bytes with key and headers, expected at most 1048576"
                + " (sapflow.ingest.max-record-bytes)");
  }

  @Test
  void attributes_beyondTheirBounds_areRejected() throws Exception {
    ExampleDecoder strict = new ExampleDecoder(within(64, 1000, EnvelopeLimits.DEFAULT), ANY);
    assertThat(
            strict.decode(
                raw(example().setAttributes(Map.of("a", "v".repeat(9), "b", "v".repeat(9))))))
        .isNotNull();
    Rejections.assertRejected(
        () ->
            strict.decode(
                raw(example().setAttributes(Map.of("a", "v".repeat(9), "b", "v".repeat(10))))),
        "ATTRIBUTES_TOO_LONG",
        "attributes: found 21 characters in all names and values, expected at most 20"
            + " (sapflow.ingest.max-attribute-chars)");
    Rejections.assertRejected(
        () -> strict.decode(raw(example().setAttributes(Map.of("a", "", "b", "", "c", "")))),
        "TOO_MANY_ATTRIBUTES",
        "attributes: found 3, expected at most 2 (sapflow.ingest.max-attributes)");
  }
}
