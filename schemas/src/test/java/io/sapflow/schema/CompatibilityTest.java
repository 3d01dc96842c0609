package io.sapflow.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The first release's schemas are committed: records of either age must be readable by either. */
class CompatibilityTest {

  static List<Schema> schemas() {
    return Samples.all().stream().map(SpecificRecord::getSchema).toList();
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void present_andFirstRelease_readEachOther(Schema present) {
    Schema first = null;
    for (int version = 1; first == null && version <= ReleasedSchemas.NEWEST; version++) {
      first = ReleasedSchemas.read(present.getName(), version);
    }
    assertThat(first)
        .as(
            "%s.avsc is missing under released/: a record type is released by committing its schema there",
            present.getName())
        .isNotNull();
    assertReads(present, first);
    assertReads(first, present);
  }

  /** A build that writes with a schema which later builds do not know writes what none can read. */
  @ParameterizedTest
  @MethodSource("schemas")
  void present_standsAmongTheReleased(Schema present) {
    Schema newest = null;
    for (int version = 1; version <= ReleasedSchemas.NEWEST; version++) {
      Schema released = ReleasedSchemas.read(present.getName(), version);
      newest = released == null ? newest : released;
    }
    assertThat(SchemaNormalization.toParsingForm(newest))
        .as(
            "the newest released/vN/%s.avsc is not what is written: raise ReleasedSchemas.NEWEST and commit the present schema, with all that it imports, under that number",
            present.getName())
        .isEqualTo(SchemaNormalization.toParsingForm(present));
  }

  @Test
  void exampleOfTheFirstRelease_isRead_withNothingBesideItsTexts() throws Exception {
    Schema first = ReleasedSchemas.read("TrainingExample", 1);
    GenericRecord turn =
        new GenericRecordBuilder(first.getField("messages").schema().getElementType())
            .set("role", "user")
            .set("content", "hello")
            .build();
    GenericRecord example =
        new GenericRecordBuilder(first)
            .set("id", "e")
            .set("adapterId", "a")
            .set("messages", List.of(turn))
            .build();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new BinaryMessageEncoder<GenericRecord>(GenericData.get(), first).encode(example, bytes);
    TrainingExample read = RecordCodec.of(TrainingExample.class).decode(bytes.toByteArray());
    assertThat(read.getMessages()).containsExactly(Turns.of("user", "hello"));
    assertThat(read.getTools()).isEmpty();
  }

  private static void assertReads(Schema reader, Schema writer) {
    SchemaCompatibility.SchemaPairCompatibility found =
        SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
    assertThat(found.getType())
        .as(
            "%s; a new field needs a default, and no field may go or change its type",
            found.getDescription())
        .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
  }
}
