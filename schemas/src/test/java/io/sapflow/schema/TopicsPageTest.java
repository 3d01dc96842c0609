package io.sapflow.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.testing.GeneratedDocs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page for those who write to topics, or read them, without this project's code. */
class TopicsPageTest {

  private static final int HEADER_BYTES = 10;

  private static final Map<Topic, String> KEYS =
      Map.of(
          Topic.EXAMPLES, "`adapterId`",
          Topic.SAFETY_PAIRS, "`id`",
          Topic.PROBE_PROMPTS, "`id`",
          Topic.CONTROL, "`adapterId`, `*` for all",
          Topic.STEPS, "`adapterId`",
          Topic.ADAPTERS, "`adapterId`",
          Topic.PROBES, "`adapterId`",
          Topic.ALERTS, "`fingerprint`",
          Topic.QUARANTINE, "the original's, or none",
          Topic.HOLDS, "`adapterId`");

  static List<Schema> schemas() {
    Map<String, Schema> byName =
        Samples.all().stream()
            .map(SpecificRecord::getSchema)
            .collect(Collectors.toMap(Schema::getName, schema -> schema));
    return Arrays.stream(Topic.values()).map(topic -> byName.get(topic.record())).toList();
  }

  @Test
  void topics_inTheDocs_areTheEnum() {
    List<String> lines = new ArrayList<>();
    lines.add("| `sapflow.topics.` | by default | record | key | the job | kept |");
    lines.add("|---|---|---|---|---|---|");
    for (Topic topic : Topic.values()) {
      lines.add(
          "| `%s` | `%s` | [%s](schemas/%s.avsc) | %s | %s | %s |"
              .formatted(
                  topic.word(),
                  topic.byDefault(),
                  topic.record(),
                  topic.record(),
                  KEYS.get(topic),
                  topic.use(),
                  topic.compacted()
                      ? "compacted"
                      : topic.onePartition() ? "for a time, one partition" : "for a time"));
    }
    GeneratedDocs.ofProject().hold("topics.md", "topics", lines);
  }

  @Test
  void fingerprints_inTheDocs_areThoseOfTheSchemas() {
    List<String> lines = new ArrayList<>();
    lines.add("| record | release | first ten bytes |");
    lines.add("|---|---|---|");
    for (Schema present : schemas()) {
      Map<String, String> releases = new LinkedHashMap<>();
      for (int version = 1; version <= ReleasedSchemas.NEWEST; version++) {
        Schema released = ReleasedSchemas.read(present.getName(), version);
        if (released != null) {
          releases.merge(header(released), "v" + version, (first, next) -> first + ", " + next);
        }
      }
      releases.merge(header(present), "present", (first, next) -> first + ", " + next);
      releases.forEach(
          (header, release) ->
              lines.add("| %s | %s | `%s` |".formatted(present.getName(), release, header)));
    }
    GeneratedDocs.ofProject().hold("topics.md", "fingerprints", lines);
  }

  private static String header(Schema schema) {
    byte[] bytes = new byte[HEADER_BYTES];
    bytes[0] = (byte) 0xC3;
    bytes[1] = 1;
    long fingerprint = SchemaNormalization.parsingFingerprint64(schema);
    for (int i = 0; i < Long.BYTES; i++) {
      bytes[2 + i] = (byte) (fingerprint >> (Byte.SIZE * i));
    }
    return HexFormat.ofDelimiter(" ").withUpperCase().formatHex(bytes);
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void schemaFile_inTheDocs_isTheSchemaWithAllThatItHolds(Schema schema) {
    GeneratedDocs.ofProject()
        .holdFile("schemas/" + schema.getName() + ".avsc", plain(schema).toString(true) + "\n");
  }

  /** Without what only Java's classes need. */
  private static Schema plain(Schema schema) {
    Schema plain =
        new Schema.Parser()
            .parse(
                schema
                    .toString()
                    .replace("{\"type\":\"string\",\"avro.java.string\":\"String\"}", "\"string\"")
                    .replace(",\"avro.java.string\":\"String\"", ""));
    assertThat(SchemaNormalization.toParsingForm(plain))
        .isEqualTo(SchemaNormalization.toParsingForm(schema));
    assertThat(plain.toString()).doesNotContain("avro.java");
    return plain;
  }

  @Test
  void header_isThatOfTheCodec() {
    byte[] bytes = RecordCodec.of(QuarantinedRecord.class).encode(Samples.quarantined());
    assertThat(HexFormat.ofDelimiter(" ").withUpperCase().formatHex(bytes, 0, HEADER_BYTES))
        .isEqualTo(header(QuarantinedRecord.getClassSchema()));
  }
}
