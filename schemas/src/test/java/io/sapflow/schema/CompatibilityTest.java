package io.sapflow.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.specific.SpecificRecord;
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
    Schema first = ReleasedSchemas.read(present.getName(), 1);
    assertThat(first)
        .as(
            "released/v1/%s.avsc is missing: a record type is released by committing its schema there",
            present.getName())
        .isNotNull();
    assertReads(present, first);
    assertReads(first, present);
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
