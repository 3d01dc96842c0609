package io.sapflow.ingest;

import static io.sapflow.ingest.Rejections.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.ingest.registry.RegistryException;
import io.sapflow.ingest.registry.RegistryStandIn;
import io.sapflow.ingest.registry.RegistryStandIn.Instead;
import io.sapflow.schema.TrainingExample;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfluentFormatTest {

  private static final String MESSAGES =
      "{\"name\":\"messages\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\","
          + "\"name\":\"Message\",\"fields\":[{\"name\":\"role\",\"type\":\"string\"},"
          + "{\"name\":\"content\",\"type\":\"string\"}]}}}";
  private static final String ID = "{\"name\":\"id\",\"type\":\"string\"},";
  private static final String ADAPTER = "{\"name\":\"adapterId\",\"type\":\"string\"},";

  private RegistryStandIn server;
  private FormatSettings settings;
  private ExampleDecoder decoder;

  @BeforeEach
  void start() throws Exception {
    server = new RegistryStandIn();
    settings = new FormatSettings(ExampleFormat.CONFLUENT, server.settings());
    decoder =
        new ExampleDecoder(
            IngestLimits.DEFAULT, new AdapterPolicy(Set.of(), 8), settings.decoder(Map.of()));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static String schema(String fields) {
    return "{\"type\":\"record\",\"name\":\"TrainingExample\",\"namespace\":\"com.shop\",\"fields\":["
        + fields
        + "]}";
  }

  /** A value with a header and whatever an encoder writes. */
  private static byte[] value(int id, byte[] body) {
    return ByteBuffer.allocate(5 + body.length).put((byte) 0).putInt(id).put(body).array();
  }

  private static byte[] written(int id, String schema, Map<String, Object> fields)
      throws IOException {
    Schema parsed = new Schema.Parser().parse(schema);
    GenericRecord record = new GenericData.Record(parsed);
    record.put("id", "e-1");
    record.put("adapterId", "helper");
    Schema message = parsed.getField("messages").schema().getElementType();
    List<GenericRecord> turns = new ArrayList<>();
    for (String role : List.of("user", "assistant")) {
      GenericRecord turn = new GenericData.Record(message);
      turn.put("role", role);
      turn.put("content", "fold it");
      turns.add(turn);
    }
    record.put("messages", turns);
    fields.forEach(record::put);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(parsed).write(record, encoder);
    encoder.flush();
    return value(id, bytes.toByteArray());
  }

  private TrainingExample decoded(byte[] value) throws RejectedRecordException {
    return decoder.decode(Samples.raw(value));
  }

  @Test
  void example_ofTheOwnEncoder_isReadAsItWas_andRegisteredOnce() throws Exception {
    List<String> lines = new ArrayList<>();
    ExampleEncoder encoder = settings.encoder(Map.of(), lines::add);
    TrainingExample example = Samples.example().build();
    byte[] value = encoder.encode("examples", example);
    encoder.encode("examples", example);
    server.knows(7, TrainingExample.getClassSchema().toString());
    assertThat(value).startsWith(0, 0, 0, 0, 7);
    assertThat(decoded(value)).isEqualTo(example);
    assertThat(lines)
        .containsExactly(
            "the schema of examples has id 7 under subject examples-value at " + server.address());
  }

  @Test
  void example_ofAWriterWithAFieldMoreAndDefaultsFewer_isRead() throws Exception {
    String schema =
        schema(
            ID
                + ADAPTER
                + "{\"name\":\"lang\",\"type\":{\"type\":\"map\",\"values\":\"string\"}},"
                + "{\"name\":\"source\",\"type\":[\"null\",\"string\"]},"
                + MESSAGES);
    server.knows(3, schema);
    TrainingExample example =
        decoded(written(3, schema, Map.of("lang", Map.of("a", "b"), "source", "forum")));
    assertThat(example.getId()).isEqualTo("e-1");
    assertThat(example.getSource()).isEqualTo("forum");
    assertThat(example.getMessages()).hasSize(2);
    assertThat(example.getMessages().get(1).getHasContent()).isTrue();
    assertThat(example.getEventTime()).isZero();
    decoded(written(3, schema, Map.of("lang", Map.of(), "source", "forum")));
    assertThat(server.requests()).containsExactly("GET /schemas/ids/3");
    // A branch that a text cannot be is told when it is written.
    assertThatThrownBy(() -> decoded(written(3, schema, Map.of("lang", Map.of()))))
        .hasMessageContaining("schema id 3: ")
        .hasMessageContaining("expected a TrainingExample");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "int|found int, expected the record TrainingExample",
        "record:Order|found the record Order, expected the record TrainingExample",
        "adapterId:none|adapterId: found no such field, expected one of type string",
        "adapterId:long|adapterId: found long, expected string",
        "role:none|messages[].role: found no such field, expected one of type string",
        "list of nulls|found a list of items that take no bytes, expected none",
        "itself|found types nested deeper than 32, or a record within itself, expected neither",
        "many|found more than 1000 types, expected at most as many",
        "no schema|found no Avro schema, expected one",
      })
  void schema_ofAnotherKind_isRefusedByItsField(String kind, String fault) throws Exception {
    String text =
        switch (kind) {
          case "int" -> "\"int\"";
          case "record:Order" ->
              schema(ID + ADAPTER + MESSAGES).replace("TrainingExample", "Order");
          case "adapterId:none" -> schema(ID + MESSAGES);
          case "adapterId:long" ->
              schema(ID + ADAPTER.replace("\"string\"", "\"long\"") + MESSAGES);
          case "role:none" -> schema(ID + ADAPTER + MESSAGES).replace("\"role\"", "\"rolle\"");
          case "list of nulls" ->
              schema(
                  ID
                      + ADAPTER
                      + "{\"name\":\"n\",\"type\":{\"type\":\"array\",\"items\":\"null\"}},"
                      + MESSAGES);
          case "itself" ->
              schema(
                  ID
                      + ADAPTER
                      + "{\"name\":\"n\",\"type\":[\"null\",\"com.shop.TrainingExample\"]},"
                      + MESSAGES);
          case "many" -> schema(ID + ADAPTER + doubling(12) + MESSAGES);
          default -> "{\"type\":\"recor\"}";
        };
    server.knows(4, text);
    for (int i = 0; i < 2; i++) {
      assertRejected(
          () -> decoded(value(4, new byte[8])), "INCOMPATIBLE_SCHEMA", "schema id 4: " + fault);
    }
    assertThat(server.requests()).hasSize(1);
  }

  /** Records of which each holds two of the one before. */
  private static String doubling(int levels) {
    StringBuilder fields = new StringBuilder();
    String inner = "\"int\"";
    for (int i = 0; i < levels; i++) {
      inner =
          "{\"type\":\"record\",\"name\":\"R"
              + i
              + "\",\"fields\":[{\"name\":\"a\",\"type\":"
              + inner
              + "},{\"name\":\"b\",\"type\":"
              + (i == 0 ? "\"int\"" : "\"R" + (i - 1) + "\"")
              + "}]}";
    }
    return fields.append("{\"name\":\"n\",\"type\":").append(inner).append("},").toString();
  }

  @Test
  void schema_ofAnotherLanguageOrWithReferencesOrTooLong_isRefused() throws Exception {
    server.answers(5, "{\"schema\":\"x\",\"schemaType\":\"PROTOBUF\"}");
    server.answers(6, "{\"schema\":\"x\",\"references\":[{\"name\":\"y\"}]}");
    server.knows(8, "x".repeat(1 << 19));
    assertRejected(
        () -> decoded(value(5, new byte[1])),
        "INCOMPATIBLE_SCHEMA",
        "schema id 5: found a schema of another type than Avro, expected one of Avro");
    assertRejected(
        () -> decoded(value(6, new byte[1])),
        "INCOMPATIBLE_SCHEMA",
        "schema id 6: found a schema that refers to others, expected one that holds all of its"
            + " types");
    assertRejected(
        () -> decoded(value(8, new byte[1])),
        "INCOMPATIBLE_SCHEMA",
        "schema id 8: found 262144 characters, expected at most 65536");
    server.knows(10, "\u00e9".repeat(1 << 18));
    assertRejected(
        () -> decoded(value(10, new byte[1])),
        "INCOMPATIBLE_SCHEMA",
        "schema id 10: found 131078 characters, expected at most 65536");
  }

  @Test
  void text_thatIsNotUtf8_underAnIdThatReadsAsAReplacement_isRefused() throws Exception {
    int id = 0xEFBFBD;
    String schema = schema(ID + ADAPTER + MESSAGES);
    server.knows(id, schema);
    byte[] value = written(id, schema, Map.of());
    assertThat(decoded(value).getId()).isEqualTo("e-1");
    value[value.length - 2] = (byte) 0xFF;
    assertRejected(
        () -> decoded(value),
        "INVALID_TEXT",
        "found 1 byte sequence(s) in its text that are not UTF-8, expected UTF-8");
  }

  @Test
  void id_thatNobodyKnows_isRefused_untilItIsRegistered() throws Exception {
    String schema = schema(ID + ADAPTER + MESSAGES);
    byte[] value = written(9, schema, Map.of());
    assertRejected(
        () -> decoded(value),
        "UNKNOWN_SCHEMA_ID",
        "schema id 9: found no schema that the job may read at "
            + server.address()
            + ", expected one that is registered there");
    assertRejected(
        () -> decoded(value(-1, new byte[1])),
        "UNKNOWN_SCHEMA_ID",
        "schema id -1: found no schema that the job may read at "
            + server.address()
            + ", expected one that is registered there");
    assertThat(server.requests()).hasSize(1);
    server.knows(9, schema);
    assertThat(decoded(value).getId()).isEqualTo("e-1");
  }

  @Test
  void registry_thatIsDown_stopsTheReader_andRefusesNothing() throws Exception {
    String schema = schema(ID + ADAPTER + MESSAGES);
    server.knows(9, schema);
    server.always(new Instead(500, ""));
    assertThatThrownBy(() -> decoded(written(9, schema, Map.of())))
        .isInstanceOf(RegistryException.class);
    server.always(null);
    assertThat(decoded(written(9, schema, Map.of())).getId()).isEqualTo("e-1");
  }

  @Test
  void schemas_moreThanAreKept_areAskedForAgain() throws Exception {
    String schema = schema(ID + ADAPTER + MESSAGES);
    for (int id = 1; id <= ConfluentFormat.MOST_SCHEMAS + 1; id++) {
      server.knows(id, schema);
      decoded(written(id, schema, Map.of()));
    }
    decoded(written(ConfluentFormat.MOST_SCHEMAS + 1, schema, Map.of()));
    assertThat(server.requests()).hasSize(ConfluentFormat.MOST_SCHEMAS + 1);
    decoded(written(1, schema, Map.of()));
    assertThat(server.requests()).hasSize(ConfluentFormat.MOST_SCHEMAS + 2);
  }

  @Test
  void settings_withoutARegistry_areRefused() {
    assertThatThrownBy(
            () -> new FormatSettings(ExampleFormat.CONFLUENT, FormatSettings.AVRO.registry()))
        .hasMessage(
            "sapflow.schema-registry.url: found none, expected the registry's address, such as"
                + " http://127.0.0.1:8081, because sapflow.examples.format is confluent");
    assertThatThrownBy(() -> settings.check(Map.of("SAPFLOW_SCHEMA_REGISTRY_AUTH", "secret")))
        .hasMessage(
            "SAPFLOW_SCHEMA_REGISTRY_AUTH: found a value without a user's name before a colon,"
                + " expected user:password");
  }
}
