package io.sapflow.cli;

import io.sapflow.schema.Message;
import io.sapflow.schema.TrainingExample;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** Examples in Confluent's wire format by a producer that knows a schema of its own alone. */
final class ShopExamples {

  private static final String FEWER =
      """
      {"name": "id", "type": "string"}, {"name": "adapterId", "type": "string"},
      {"name": "messages", "type": {"type": "array", "items":
        {"type": "record", "name": "Message", "fields":
          [{"name": "role", "type": "string"}, {"name": "content", "type": "string"}]}}},
      {"name": "source", "type": "string"}""";

  private final Schema schema;

  private ShopExamples(String name, String fields) {
    schema =
        new Schema.Parser()
            .parse(
                "{\"type\": \"record\", \"namespace\": \"com.shop\", \"name\": \""
                    + name
                    + "\", \"fields\": ["
                    + fields
                    + "]}");
  }

  /** With the fields alone that have no default. */
  static ShopExamples fewer() {
    return named("TrainingExample");
  }

  /** The same under another name of the record. */
  static ShopExamples named(String name) {
    return new ShopExamples(name, FEWER);
  }

  /** With a field that no example of this project has. */
  static ShopExamples more(String field) {
    return new ShopExamples(
        "TrainingExample", FEWER + ", {\"name\": \"" + field + "\", \"type\": \"string\"}");
  }

  /** The schema's text. */
  String schema() {
    return schema.toString();
  }

  /** What stands before a record: zero and the id of its schema. */
  static byte[] header(int id) {
    return ByteBuffer.allocate(5).put((byte) 0).putInt(id).array();
  }

  /**
   * An example as the producer writes it.
   *
   * @param id of the schema in the registry
   */
  byte[] written(int id, TrainingExample example) throws IOException {
    GenericRecord record = new GenericData.Record(schema);
    for (Schema.Field field : schema.getFields()) {
      record.put(
          field.pos(),
          switch (field.name()) {
            case "messages" -> turns(field.schema().getElementType(), example.getMessages());
            case "id", "adapterId", "source" -> example.get(field.name());
            default -> "of the shop's own";
          });
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(header(id));
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  private static List<GenericRecord> turns(Schema schema, List<Message> messages) {
    List<GenericRecord> turns = new ArrayList<>();
    for (Message message : messages) {
      GenericRecord turn = new GenericData.Record(schema);
      turn.put("role", message.getRole());
      turn.put("content", message.getContent());
      turns.add(turn);
    }
    return turns;
  }
}
