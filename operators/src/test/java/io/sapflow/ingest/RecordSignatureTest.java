package io.sapflow.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.Topic;
import io.sapflow.schema.TopicNames;
import io.sapflow.schema.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordSignatureTest {

  private static final byte[] KEY = {1, 2};
  private static final byte[] VALUE = {3, 4, 5};
  private static final RecordSignature SIGNATURE = signature("a key of tests", "sapflow");

  private static RecordSignature signature(String key, String job) {
    return RecordSignature.of(Map.of("SAPFLOW_CONTROL_KEY", key), job).orElseThrow();
  }

  private static RawRecord raw(String topic, byte[] key, byte[] value, byte[] header) {
    return new RawRecord(topic, 0, 3, 7, key, value, header);
  }

  private static RejectedRecordException refusal(RawRecord raw) {
    return catchThrowableOfType(
        RejectedRecordException.class,
        () -> SIGNATURE.time(TopicNames.DEFAULT.topic(raw.topic()).orElseThrow(), raw));
  }

  @Test
  void header_isOfTheFormThatIsWrittenDown() throws Exception {
    byte[] header = SIGNATURE.header(Topics.CONTROL, KEY, VALUE, 1234);
    assertThat(new String(header, StandardCharsets.US_ASCII)).matches("2;1234;[0-9a-f]{64}");
    assertThat(SIGNATURE.time(Topic.CONTROL, raw(Topics.CONTROL, KEY, VALUE, header)))
        .isEqualTo(1234);
    byte[] keyless = SIGNATURE.header(Topics.CONTROL, null, VALUE, 1234);
    assertThat(SIGNATURE.time(Topic.CONTROL, raw(Topics.CONTROL, new byte[0], VALUE, keyless)))
        .isEqualTo(1234);
  }

  @Test
  void record_unsigned_isRefused() {
    RejectedRecordException command = refusal(raw(Topics.CONTROL, KEY, VALUE, new byte[0]));
    assertThat(command.code()).isEqualTo(QuarantineReason.UNSIGNED_COMMAND);
    assertThat(command)
        .hasMessage(
            "header sapflow-signature: found none, expected a signature with the key in"
                + " SAPFLOW_CONTROL_KEY for job sapflow");
    assertThat(refusal(raw(Topics.ADAPTERS, KEY, VALUE, new byte[0])).code())
        .isEqualTo(QuarantineReason.UNSIGNED_RECORD);
  }

  @Test
  void anythingElseThanWhatWasSigned_isRefused() {
    byte[] header = SIGNATURE.header(Topics.CONTROL, KEY, VALUE, 1234);
    byte[] later =
        new String(header, StandardCharsets.US_ASCII)
            .replace("1234", "1235")
            .getBytes(StandardCharsets.US_ASCII);
    for (RawRecord forged :
        new RawRecord[] {
          raw(Topics.PROBES, KEY, VALUE, header),
          raw(Topics.CONTROL, VALUE, VALUE, header),
          raw(Topics.CONTROL, KEY, KEY, header),
          raw(Topics.CONTROL, KEY, VALUE, later),
          raw(Topics.CONTROL, new byte[] {1}, new byte[] {2, 3, 4, 5}, header),
          raw(
              Topics.CONTROL,
              KEY,
              VALUE,
              signature("other", "sapflow").header(Topics.CONTROL, KEY, VALUE, 1234)),
          raw(
              Topics.CONTROL,
              KEY,
              VALUE,
              signature("a key of tests", "staging").header(Topics.CONTROL, KEY, VALUE, 1234)),
        }) {
      RejectedRecordException refused = refusal(forged);
      assertThat(refused.code()).isEqualTo(QuarantineReason.BAD_SIGNATURE);
      assertThat(refused.stage()).isEqualTo("control");
      assertThat(refused)
          .hasMessage(
              "header sapflow-signature: found a signature that the key in SAPFLOW_CONTROL_KEY did"
                  + " not make, expected one over the record as it is, for job sapflow and topic "
                  + forged.topic());
    }
  }

  @Test
  void header_ofASourceOrCut_isRefused() {
    byte[] source = SourceBindings.header(new Hmac(KEY), VALUE);
    RejectedRecordException refused = refusal(raw(Topics.CONTROL, KEY, VALUE, source));
    assertThat(refused.code()).isEqualTo(QuarantineReason.BAD_SIGNATURE);
    assertThat(refused)
        .hasMessage(
            "header sapflow-signature: found something else than 2;TIME;64 hex digits, expected"
                + " such");
    assertThat(
            refusal(
                raw(
                    Topics.CONTROL,
                    KEY,
                    VALUE,
                    "2;99999999999999999999;".getBytes(StandardCharsets.US_ASCII))))
        .isNotNull();
  }

  @Test
  void key_thatMustBeThere_andIsNot_isRefused() {
    assertThat(RecordSignature.of(Map.of(), "sapflow")).isEmpty();
    assertThat(RecordSignature.of(Map.of("SAPFLOW_CONTROL_KEY", " "), "sapflow", false)).isEmpty();
    assertThatThrownBy(() -> RecordSignature.of(Map.of(), "sapflow", true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "SAPFLOW_CONTROL_KEY: is missing in the environment, expected the key of what steers the"
                + " job, because sapflow.control.signed is true");
  }
}
