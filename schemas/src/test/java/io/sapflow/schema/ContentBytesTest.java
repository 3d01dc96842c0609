package io.sapflow.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.junit.jupiter.api.Test;

class ContentBytesTest {

  private static SafetyPair pair(String safe) {
    return SafetyPair.newBuilder()
        .setId("p")
        .setPrompt(List.of(Turns.of("system", "s"), Turns.of("user", "q")))
        .setSafe(safe)
        .setHarmful("sure")
        .build();
  }

  /** As the first release wrote the pair. */
  private static byte[] first() throws Exception {
    Schema schema = ReleasedSchemas.read("SafetyPair", 1);
    Schema turn = schema.getField("prompt").schema().getElementType();
    GenericRecord record =
        new GenericRecordBuilder(schema)
            .set("id", "p")
            .set(
                "prompt",
                List.of(
                    new GenericRecordBuilder(turn)
                        .set("role", "system")
                        .set("content", "s")
                        .build(),
                    new GenericRecordBuilder(turn).set("role", "user").set("content", "q").build()))
            .set("safe", "sorry")
            .set("harmful", "sure")
            .build();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new BinaryMessageEncoder<GenericRecord>(GenericData.get(), schema).encode(record, bytes);
    return bytes.toByteArray();
  }

  @Test
  void content_ofEveryBuild_isTheSame() throws Exception {
    ContentBytes content = new ContentBytes(SafetyPair.getClassSchema());
    byte[] now = RecordCodec.of(SafetyPair.class).encode(pair("sorry"));
    assertThat(now).isNotEqualTo(first());
    assertThat(content.of(now)).isEqualTo(first());
    assertThat(content.of(first())).isEqualTo(first());
    assertThat(content.of(RecordCodec.of(SafetyPair.class).encode(pair("no"))))
        .isNotEqualTo(first());
  }

  /** As some release wrote the pair. */
  private static byte[] released(Schema schema) throws Exception {
    GenericRecord read =
        new BinaryMessageDecoder<GenericRecord>(
                GenericData.get(), schema, ReleasedSchemas.of(SafetyPair.getClassSchema()))
            .decode(RecordCodec.of(SafetyPair.class).encode(pair("sorry")));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new BinaryMessageEncoder<GenericRecord>(GenericData.get(), schema).encode(read, bytes);
    return bytes.toByteArray();
  }

  @Test
  void content_ofEveryRelease_isTheSame_forATypeThatGrowsAgain() throws Exception {
    Schema present = SafetyPair.getClassSchema();
    List<Schema.Field> fields = new ArrayList<>();
    present.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
    fields.add(new Schema.Field("later", Schema.create(Schema.Type.STRING), null, ""));
    Schema later =
        Schema.createRecord(present.getName(), null, present.getNamespace(), false, fields);
    ContentBytes content = new ContentBytes(later);
    for (int version : List.of(1, 6)) {
      byte[] written = released(ReleasedSchemas.read("SafetyPair", version));
      assertThat(content.of(written)).isEqualTo(first());
    }
    assertThat(released(ReleasedSchemas.read("SafetyPair", 6))).isNotEqualTo(first());
  }
}
