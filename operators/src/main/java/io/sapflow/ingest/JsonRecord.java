package io.sapflow.ingest;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sapflow.schema.QuarantineReason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;

/**
 * An Avro record as a JSON object with the same fields: texts, whole numbers, true and false,
 * lists, and objects of texts. A field with a default may be missing; every other is there, once,
 * and none beside them.
 */
final class JsonRecord {

  private final JsonParser parser;

  private JsonRecord(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * The record in the object that the parser comes to next.
   *
   * @throws RejectedRecordException naming the field, if the object is none of the schema
   * @throws IOException if it is no JSON
   */
  static IndexedRecord read(JsonParser parser, Schema schema)
      throws IOException, RejectedRecordException {
    parser.nextToken();
    return new JsonRecord(parser).record(schema, "");
  }

  /** Writes a record. */
  static void write(JsonGenerator out, Object value, Schema schema) throws IOException {
    switch (schema.getType()) {
      case RECORD:
        out.writeStartObject();
        for (Schema.Field field : schema.getFields()) {
          out.writeFieldName(field.name());
          write(out, ((IndexedRecord) value).get(field.pos()), field.schema());
        }
        out.writeEndObject();
        break;
      case ARRAY:
        out.writeStartArray();
        for (Object item : (List<?>) value) {
          write(out, item, schema.getElementType());
        }
        out.writeEndArray();
        break;
      case MAP:
        out.writeStartObject();
        for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
          out.writeFieldName(entry.getKey().toString());
          write(out, entry.getValue(), schema.getValueType());
        }
        out.writeEndObject();
        break;
      case STRING:
        out.writeString(value.toString());
        break;
      default:
        // A number, a flag, or one of these or null in a union.
        out.writePOJO(value);
    }
  }

  private Object value(Schema schema, String path) throws IOException, RejectedRecordException {
    switch (schema.getType()) {
      case RECORD:
        return record(schema, path);
      case ARRAY:
        return list(schema.getElementType(), path);
      case MAP:
        return map(schema.getValueType(), path);
      case STRING:
        require(JsonToken.VALUE_STRING, path, "a text");
        return parser.getText();
      case BOOLEAN:
        if (!parser.currentToken().isBoolean()) {
          throw wrong(path, found(), "true or false");
        }
        return parser.getBooleanValue();
      case INT:
      case LONG:
        return number(schema.getType() == Schema.Type.INT, path);
      case UNION:
        return optional(schema, path);
      default:
        throw new AssertionError("no field of an example is of type " + schema.getType());
    }
  }

  private IndexedRecord record(Schema schema, String path)
      throws IOException, RejectedRecordException {
    require(JsonToken.START_OBJECT, path, "an object");
    IndexedRecord record = (IndexedRecord) SpecificData.get().newRecord(null, schema);
    boolean[] had = new boolean[schema.getFields().size()];
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      Schema.Field field = schema.getField(name);
      String at = path.isEmpty() ? named(name) : path + "." + named(name);
      if (field == null) {
        throw Rules.rejected(
            QuarantineReason.UNKNOWN_FIELD,
            at + ": found a field that a " + schema.getName() + " does not have, expected none");
      }
      if (had[field.pos()]) {
        throw twice(at);
      }
      had[field.pos()] = true;
      parser.nextToken();
      record.put(field.pos(), value(field.schema(), at));
    }
    for (Schema.Field field : schema.getFields()) {
      if (!had[field.pos()]) {
        record.put(field.pos(), byDefault(field, path));
      }
    }
    return record;
  }

  private static Object byDefault(Schema.Field field, String path) throws RejectedRecordException {
    if (!field.hasDefaultValue()) {
      throw Rules.rejected(
          QuarantineReason.MISSING_FIELD,
          (path.isEmpty() ? "" : path + ".")
              + field.name()
              + ": found no such field, expected one, for it has no default");
    }
    SpecificData data = SpecificData.get();
    return data.deepCopy(field.schema(), data.getDefaultValue(field));
  }

  private List<Object> list(Schema items, String path) throws IOException, RejectedRecordException {
    require(JsonToken.START_ARRAY, path, "a list");
    List<Object> list = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      list.add(value(items, path + "[" + list.size() + "]"));
    }
    return list;
  }

  private Map<String, Object> map(Schema values, String path)
      throws IOException, RejectedRecordException {
    require(JsonToken.START_OBJECT, path, "an object");
    Map<String, Object> map = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      String at = path + "." + named(name);
      parser.nextToken();
      if (map.put(name, value(values, at)) != null) {
        throw twice(at);
      }
    }
    return map;
  }

  /** Null, or of the other type of the two. */
  private Object optional(Schema union, String path) throws IOException, RejectedRecordException {
    for (Schema branch : union.getTypes()) {
      boolean none = branch.getType() == Schema.Type.NULL;
      if (none == (parser.currentToken() == JsonToken.VALUE_NULL)) {
        return none ? null : value(branch, path);
      }
    }
    throw new AssertionError("a field of an example is null or of one other type");
  }

  private Object number(boolean ofInt, String path) throws IOException, RejectedRecordException {
    require(JsonToken.VALUE_NUMBER_INT, path, "a whole number");
    switch (parser.getNumberType()) {
      case INT:
        return ofInt ? (Object) parser.getIntValue() : (Object) parser.getLongValue();
      case LONG:
        if (!ofInt) {
          return parser.getLongValue();
        }
        break;
      default:
    }
    throw wrong(
        path, "a number out of range", "one of " + (ofInt ? Integer.SIZE : Long.SIZE) + " bits");
  }

  private void require(JsonToken token, String path, String expected)
      throws RejectedRecordException {
    if (parser.currentToken() != token) {
      throw wrong(path, found(), expected);
    }
  }

  private String found() {
    return switch (parser.currentToken()) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "a list";
      case VALUE_STRING -> "a text";
      case VALUE_NUMBER_INT -> "a whole number";
      case VALUE_NUMBER_FLOAT -> "a number with a fraction or an exponent";
      case VALUE_TRUE, VALUE_FALSE -> "true or false";
      case VALUE_NULL -> "null";
      default -> "nothing";
    };
  }

  private static RejectedRecordException wrong(String path, String found, String expected) {
    return Rules.rejected(
        QuarantineReason.WRONG_TYPE, path + ": found " + found + ", expected " + expected);
  }

  private static RejectedRecordException twice(String path) {
    return Rules.rejected(
        QuarantineReason.MALFORMED, path + ": found the field twice, expected it once");
  }

  /** A name that looks like one; anything else could be content. */
  private static String named(String name) {
    return name.matches("[A-Za-z0-9_.-]{1,32}")
        ? name
        : "(a name of " + name.length() + " characters)";
  }
}
