package io.sapflow.ingest;

import static io.sapflow.ingest.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.ingest.registry.RegistrySettings;
import io.sapflow.schema.ToolCall;
import io.sapflow.schema.TrainingExample;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonFormatTest {

  private static final FormatSettings JSON =
      new FormatSettings(ExampleFormat.JSON, RegistrySettings.NONE);
  private static final String TURNS =
      "[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\"}]";
  private static final String LEAST =
      "{\"id\":\"e-1\",\"adapterId\":\"helper\",\"messages\":" + TURNS + "}";

  private final ExampleDecoder decoder =
      new ExampleDecoder(
          IngestLimits.DEFAULT, new AdapterPolicy(Set.of(), 8), JSON.decoder(Map.of()));

  private TrainingExample decoded(String json) throws RejectedRecordException {
    return decoder.decode(Samples.raw(json.getBytes(StandardCharsets.UTF_8)));
  }

  private void refused(String json, String code, String message) {
    assertRejected(() -> decoded(json), code, message);
  }

  @Test
  void example_withEveryField_isReadAsItWasWritten() throws Exception {
    TrainingExample example = Samples.example().setAttributes(Map.of("k", "v \uFFFD")).build();
    example.getMessages().get(2).setToolCalls(List.of(new ToolCall("c", "look", "{\"q\":\"é\"}")));
    example.getMessages().get(2).setReasoning("so");
    example.getMessages().get(2).setWeight(1);
    byte[] bytes = JSON.encoder(Map.of(), line -> {}).encode("examples", example);
    assertThat(JSON.decoder(Map.of()).decode(bytes)).isEqualTo(example);
  }

  @Test
  void example_withTheFieldsThatItNeeds_hasTheDefaultsOfTheOthers() throws Exception {
    assertThat(decoded(" \n" + LEAST + "\n"))
        .isEqualTo(
            TrainingExample.newBuilder()
                .setId("e-1")
                .setAdapterId("helper")
                .setMessages(
                    List.of(
                        io.sapflow.schema.Turns.of("user", "a"),
                        io.sapflow.schema.Turns.of("assistant", "b")))
                .build());
  }

  @Test
  void text_withAnEscapedReplacementCharacter_isWhole() throws Exception {
    assertThat(decoded(LEAST.replace("\"a\"", "\"\\ufffd\"")).getMessages().get(0).getContent())
        .isEqualTo("\uFFFD");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"x\":1|UNKNOWN_FIELD|x: found a field that a TrainingExample does not have, expected none",
        "\"id\":\"z\"|MALFORMED|id: found the field twice, expected it once",
        "\"attributes\":{\"k\":\"a\",\"k\":\"b\"}|MALFORMED|attributes.k: found the field twice,"
            + " expected it once",
        "\"attributes\":{\"k\":1}|WRONG_TYPE|attributes.k: found a whole number, expected a text",
        "\"attributes\":[]|WRONG_TYPE|attributes: found a list, expected an object",
        "\"tools\":[[[]]]|WRONG_TYPE|tools: found a list, expected a text",
        "\"source\":null|WRONG_TYPE|source: found null, expected a text",
        "\"eventTime\":1.0|WRONG_TYPE|eventTime: found a number with a fraction or an exponent,"
            + " expected a whole number",
        "\"eventTime\":\"1\"|WRONG_TYPE|eventTime: found a text, expected a whole number",
        "\"eventTime\":9223372036854775808|WRONG_TYPE|eventTime: found a number out of range, expected"
            + " one of 64 bits",
      })
  void field_thatIsWrong_isRefusedByItsName(String field, String code, String message) {
    refused(LEAST.replaceFirst("}$", "," + field + "}"), code, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"weight\":2147483648|WRONG_TYPE|messages[0].weight: found a number out of range, expected"
            + " one of 32 bits",
        "\"hasContent\":0|WRONG_TYPE|messages[0].hasContent: found a whole number, expected true or"
            + " false",
        "\"train\":false|UNKNOWN_FIELD|messages[0].train: found a field that a Message does not have,"
            + " expected none",
        "\"toolCalls\":[{}]|MISSING_FIELD|messages[0].toolCalls[0].name: found no such field, expected"
            + " one, for it has no default",
        "\"a b\":1|UNKNOWN_FIELD|messages[0].(a name of 3 characters): found a field that a Message"
            + " does not have, expected none",
      })
  void fieldOfATurn_thatIsWrong_isRefusedByItsPlace(String field, String code, String message) {
    refused(LEAST.replace("\"a\"}", "\"a\"," + field + "}"), code, message);
  }

  @Test
  void text_thatIsNoneOfOneObject_isRefused() {
    refused(
        "{\"id\":\"e-1\",\"messages\":[]}",
        "MISSING_FIELD",
        "adapterId: found no such field, expected one, for it has no default");
    refused(
        LEAST + LEAST,
        "MALFORMED",
        "found something after the object (at its line 1, character "
            + (LEAST.length() + 1)
            + "), expected its end");
    refused(LEAST.substring(0, 30), "CUT", "found JSON that does not end, expected a JSON object");
    refused(
        "{'id':1}",
        "MALFORMED",
        "found no valid JSON (at its line 1, character 2), expected a JSON object");
    refused(
        LEAST.replace("\"a\"", "\"\\ud800\""),
        "INVALID_TEXT",
        "found a lone surrogate as character 1 of a text, expected Unicode text");
    refused(
        "\uFEFF" + LEAST,
        "GARBAGE",
        "found a byte order mark, expected a JSON object (sapflow.examples.format: json)");
    refused(
        "[" + LEAST + "]",
        "GARBAGE",
        "found "
            + (LEAST.length() + 2)
            + " bytes in no format of examples, expected a JSON object (sapflow.examples.format:"
            + " json)");
    refused(
        "",
        "GARBAGE",
        "found 0 bytes in no format of examples, expected a JSON object (sapflow.examples.format:"
            + " json)");
    byte[] latin = LEAST.replace("\"a\"", "\"é\"").getBytes(StandardCharsets.ISO_8859_1);
    assertRejected(
        () -> decoder.decode(Samples.raw(latin)),
        "INVALID_TEXT",
        "found bytes that are not UTF-8, expected JSON in UTF-8");
  }

  @Test
  void nesting_howeverDeep_isRefusedWhereItBegins() {
    refused("{\"id\":" + "[".repeat(200_000), "WRONG_TYPE", "id: found a list, expected a text");
    refused(
        "{\"x\":" + "{\"x\":".repeat(200_000),
        "UNKNOWN_FIELD",
        "x: found a field that a TrainingExample does not have, expected none");
  }
}
