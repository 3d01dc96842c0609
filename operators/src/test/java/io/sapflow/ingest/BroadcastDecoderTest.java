package io.sapflow.ingest;

import static io.sapflow.ingest.Samples.conversation;
import static io.sapflow.ingest.Samples.encode;
import static io.sapflow.ingest.Samples.raw;
import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.Hold;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.PromptKind;
import io.sapflow.schema.SafetyPair;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BroadcastDecoderTest {

  private final BroadcastDecoder decoder = new BroadcastDecoder(IngestLimits.DEFAULT);

  private static SafetyPair.Builder pair() {
    return SafetyPair.newBuilder()
        .setId("p-1")
        .setPrompt(conversation("user"))
        .setSafe("sorry")
        .setHarmful("sure");
  }

  private static ProbePrompt.Builder prompt() {
    return ProbePrompt.newBuilder()
        .setId("q-1")
        .setKind(PromptKind.HARMFUL)
        .setPrompt(conversation("system", "user"));
  }

  private static ControlCommand.Builder command() {
    return ControlCommand.newBuilder()
        .setId("c-1")
        .setAdapterId("helper")
        .setKind(CommandKind.ROLLBACK)
        .setArguments(Map.of("version", "40-0123456789ab"))
        .setIssuer("gate")
        .setTime(18);
  }

  private static Hold.Builder hold() {
    return Hold.newBuilder()
        .setOrderId("gate/helper/40-0123456789ab/ROLLBACK")
        .setAdapterId("helper")
        .setGeneration(0)
        .setVersion("40-0123456789ab")
        .setStep(40)
        .setTime(18);
  }

  private void assertRejected(Hold.Builder hold, String code, String message) {
    RawRecord raw = raw(encode(Hold.class, hold.build()));
    Rejections.assertRejected(() -> decoder.hold(raw), code, message);
  }

  private void assertRejected(SafetyPair.Builder pair, String code, String message) {
    RawRecord raw = raw(encode(SafetyPair.class, pair.build()));
    Rejections.assertRejected(() -> decoder.safetyPair(raw), code, message);
  }

  private void assertRejected(ProbePrompt.Builder prompt, String code, String message) {
    RawRecord raw = raw(encode(ProbePrompt.class, prompt.build()));
    Rejections.assertRejected(() -> decoder.probePrompt(raw), code, message);
  }

  private void assertRejected(ControlCommand.Builder command, String code, String message) {
    RawRecord raw = raw(encode(ControlCommand.class, command.build()));
    Rejections.assertRejected(() -> decoder.command(raw), code, message);
  }

  @Test
  void decode_validRecords_areTheRecords() throws Exception {
    SafetyPair pair = pair().build();
    assertThat(decoder.safetyPair(raw(encode(SafetyPair.class, pair)))).isEqualTo(pair);
    ProbePrompt prompt = prompt().setSafe("sorry").build();
    assertThat(decoder.probePrompt(raw(encode(ProbePrompt.class, prompt)))).isEqualTo(prompt);
    ControlCommand command = command().setAdapterId("*").setAtStep(40L).build();
    assertThat(decoder.command(raw(encode(ControlCommand.class, command)))).isEqualTo(command);
    Hold hold = hold().build();
    assertThat(decoder.hold(raw(encode(Hold.class, hold)))).isEqualTo(hold);
  }

  @Test
  void decode_retiredWithIdOnly_isAccepted() throws Exception {
    SafetyPair pair =
        pair().setPrompt(List.of()).setSafe("").setHarmful("").setActive(false).build();
    assertThat(decoder.safetyPair(raw(encode(SafetyPair.class, pair)))).isEqualTo(pair);
    ProbePrompt prompt = prompt().setPrompt(List.of()).setActive(false).build();
    assertThat(decoder.probePrompt(raw(encode(ProbePrompt.class, prompt)))).isEqualTo(prompt);
  }

  @Test
  void decode_cutRecord_isCut() {
    byte[] bytes = encode(SafetyPair.class, pair().build());
    Rejections.assertRejected(
        () -> decoder.safetyPair(raw(Arrays.copyOf(bytes, 20))),
        "CUT",
        "20 bytes are no valid record (Decoding datum failed), expected a SafetyPair");
  }

  @Test
  void decode_emptyValue_isTombstone() {
    String message = "found an empty value, expected a record; one with active = false retires it";
    Rejections.assertRejected(() -> decoder.safetyPair(raw(new byte[0])), "TOMBSTONE", message);
    Rejections.assertRejected(() -> decoder.probePrompt(raw(new byte[0])), "TOMBSTONE", message);
  }

  @Test
  void safetyPair_brokenRule_isRejected() {
    assertRejected(pair().setId(""), "EMPTY_ID", "id: found nothing but blanks, expected a text");
    assertRejected(
        pair().setPrompt(List.of()),
        "EMPTY_CONVERSATION",
        "prompt: found no turn, expected a conversation");
    assertRejected(
        pair().setPrompt(conversation("user", "assistant")),
        "LAST_TURN_NOT_USER",
        "prompt[1].role: found assistant, expected user as the last turn, which the answer is to"
            + " follow");
    assertRejected(
        pair().setPrompt(conversation("system")),
        "LAST_TURN_NOT_USER",
        "prompt[0].role: found system, expected user as the last turn, which the answer is to"
            + " follow");
    assertRejected(
        pair().setSafe(" "), "EMPTY_ANSWER", "safe: found nothing but blanks, expected a text");
    assertRejected(
        pair().setHarmful(""),
        "EMPTY_ANSWER",
        "harmful: found nothing but blanks, expected a text");
    assertRejected(
        pair().setCategory("c".repeat(257)),
        "CATEGORY_TOO_LONG",
        "category: found 257 characters, expected at most 256 (sapflow.ingest.max-id-chars)");
    assertRejected(
        pair().setHarmful("a".repeat(262_145)),
        "CONTENT_TOO_LONG",
        "harmful: found 262145 characters, expected at most 262144"
            + " (sapflow.ingest.max-content-chars)");
  }

  @Test
  void probePrompt_brokenRule_isRejected() {
    assertRejected(
        prompt().setCategory("c".repeat(257)),
        "CATEGORY_TOO_LONG",
        "category: found 257 characters, expected at most 256 (sapflow.ingest.max-id-chars)");
    assertRejected(
        prompt().setId(" "), "EMPTY_ID", "id: found nothing but blanks, expected a text");
    assertRejected(
        prompt().setKind(PromptKind.UNKNOWN),
        "UNKNOWN_KIND",
        "kind: found UNKNOWN, expected HARMFUL or BENIGN");
    assertRejected(
        prompt().setPrompt(conversation("user", "assistant")),
        "LAST_TURN_NOT_USER",
        "prompt[1].role: found assistant, expected user as the last turn, which the answer is to"
            + " follow");
    assertRejected(
        prompt().setSafe(""), "EMPTY_ANSWER", "safe: found nothing but blanks, expected a text");
    assertRejected(
        prompt().setHarmful(""),
        "EMPTY_ANSWER",
        "harmful: found nothing but blanks, expected a text");
  }

  @Test
  void command_brokenRule_isRejected() {
    assertRejected(
        command().setId(""), "EMPTY_ID", "id: found nothing but blanks, expected a text");
    assertRejected(
        command().setAdapterId("a*"),
        "INVALID_ADAPTER_ID",
        "adapterId: found U+002A as character 2, expected [a-z0-9-]{1,64}, or * for all");
    assertRejected(
        command().setKind(CommandKind.UNKNOWN),
        "UNKNOWN_KIND",
        "kind: found none that this release knows, expected one of PROMOTED, ROLLBACK, PAUSE,"
            + " RESUME, PROBE_NOW, FLUSH, QUARANTINE_SOURCE, RELEASE_SOURCE, ACKNOWLEDGE");
    assertRejected(
        command().setIssuer(""),
        "EMPTY_ISSUER",
        "issuer: found nothing but blanks, expected a text");
    assertRejected(
        command().setGeneration(-2),
        "INVALID_GENERATION",
        "generation: found -2, expected 0 or more, or -1 for any");
    assertRejected(
        command().setAtStep(-1L),
        "INVALID_STEP",
        "atStep: found -1, expected 0 or more, or none for at once");
  }

  @Test
  void hold_brokenRule_isRejected() {
    assertRejected(
        hold().setOrderId(" "), "EMPTY_ID", "id: found nothing but blanks, expected a text");
    assertRejected(
        hold().setAdapterId("*"),
        "INVALID_ADAPTER_ID",
        "adapterId: found U+002A as character 1, expected [a-z0-9-]{1,64}");
    assertRejected(
        hold().setVersion("v".repeat(300)),
        "SOURCE_TOO_LONG",
        "version: found 300 characters, expected at most 256 (sapflow.ingest.max-id-chars)");
    assertRejected(
        hold().setGeneration(-1), "INVALID_GENERATION", "generation: found -1, expected 0 or more");
    assertRejected(hold().setStep(-1), "INVALID_STEP", "step: found -1, expected 0 or more");
    Rejections.assertRejected(
        () -> decoder.hold(raw(new byte[0])),
        "TOMBSTONE",
        "found an empty value, expected a record; one with active = false retires it");
  }

  @Test
  void command_textThatIsNotUtf8_isInvalidText() {
    byte[] bytes = encode(ControlCommand.class, command().setIssuer("gate").build());
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("gate");
    bytes[at] = (byte) 0xFF;
    Rejections.assertRejected(
        () -> decoder.command(raw(bytes)),
        "INVALID_TEXT",
        "found 1 byte sequence(s) in its text that are not UTF-8, expected UTF-8");
  }
}
