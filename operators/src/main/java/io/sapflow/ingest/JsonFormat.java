package io.sapflow.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.TrainingExample;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** One JSON object with the fields of a training example, by the same names, in UTF-8. */
final class JsonFormat implements FormatDecoder, ExampleEncoder {

  /** An example's own objects and lists go five deep. */
  private static final int DEPTH = 16;

  /** As many characters of a name as an attribute's may have. */
  private static final int NAME_CHARS = 1 << 22;

  private static final int NUMBER_CHARS = 64;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEPTH)
                          .maxNameLength(NAME_CHARS)
                          .maxNumberLength(NUMBER_CHARS)
                          .build())
                  // Names are strangers' texts: none of them stays.
                  .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                  .build())
          .build();

  @Override
  public TrainingExample decode(byte[] value) throws RejectedRecordException {
    if (ExampleFormat.marked(value) != ExampleFormat.JSON) {
      throw ExampleFormat.JSON.refuse(value);
    }
    try (JsonParser parser = JSON.createParser(text(value))) {
      TrainingExample example =
          (TrainingExample) JsonRecord.read(parser, TrainingExample.getClassSchema());
      if (parser.nextToken() != null) {
        throw Rules.rejected(
            QuarantineReason.MALFORMED,
            "found something after the object"
                + at(parser.currentTokenLocation())
                + ", expected its end");
      }
      return example;
    } catch (JsonEOFException e) {
      throw Rules.rejected(
          QuarantineReason.CUT, "found JSON that does not end, expected a JSON object");
    } catch (StreamConstraintsException e) {
      throw Rules.rejected(
          QuarantineReason.LIMIT,
          "found JSON nested deeper than "
              + DEPTH
              + ", or a number of more than "
              + NUMBER_CHARS
              + " characters, or a name or text that is too long, expected none"
              + at(e.getLocation()));
    } catch (JsonProcessingException e) {
      // Jackson's own words quote the text.
      throw Rules.rejected(
          QuarantineReason.MALFORMED,
          "found no valid JSON" + at(e.getLocation()) + ", expected a JSON object");
    } catch (IOException e) {
      throw new UncheckedIOException("a text is read without a device", e);
    }
  }

  private static String text(byte[] value) throws RejectedRecordException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
    } catch (CharacterCodingException e) {
      throw Rules.rejected(
          QuarantineReason.INVALID_TEXT, "found bytes that are not UTF-8, expected JSON in UTF-8");
    }
  }

  private static String at(JsonLocation location) {
    return location == null
        ? ""
        : " (at its line " + location.getLineNr() + ", character " + location.getColumnNr() + ")";
  }

  @Override
  public byte[] encode(String topic, TrainingExample example) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      JsonRecord.write(out, example, TrainingExample.getClassSchema());
    } catch (IOException e) {
      throw new UncheckedIOException("an example is written without a device", e);
    }
    return bytes.toByteArray();
  }
}
