package io.sapflow.ops.topics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/** Records as JSON, in one line each; of a field that holds bytes only their number is told. */
final class RecordJson {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private RecordJson() {}

  /** The record at a place. */
  static String line(int partition, long offset, SpecificRecord record) {
    ObjectNode line = NODES.objectNode();
    line.put("partition", partition);
    line.put("offset", offset);
    line.set("record", node(record));
    try {
      // DEL is ASCII, but a control character all the same.
      return JSON.writeValueAsString(line).replace("\u007f", "\\u007f");
    } catch (JsonProcessingException e) {
      throw new AssertionError("a tree can be written", e);
    }
  }

  private static JsonNode node(Object value) {
    if (value instanceof SpecificRecord record) {
      ObjectNode object = NODES.objectNode();
      for (Schema.Field field : record.getSchema().getFields()) {
        Object held = record.get(field.pos());
        if (held instanceof ByteBuffer bytes) {
          object.put(field.name() + "Bytes", bytes.remaining());
        } else {
          object.set(field.name(), node(held));
        }
      }
      return object;
    }
    if (value instanceof List<?> list) {
      ArrayNode array = NODES.arrayNode();
      list.forEach(each -> array.add(node(each)));
      return array;
    }
    if (value instanceof Map<?, ?> map) {
      ObjectNode object = NODES.objectNode();
      map.forEach((key, held) -> object.set(key.toString(), node(held)));
      return object;
    }
    if (value instanceof Integer number) {
      return NODES.numberNode(number);
    }
    if (value instanceof Long number) {
      return NODES.numberNode(number);
    }
    if (value instanceof Double number) {
      // JSON has no word for what is not a number.
      return Double.isFinite(number) ? NODES.numberNode(number) : NODES.nullNode();
    }
    if (value instanceof Boolean truth) {
      return NODES.booleanNode(truth);
    }
    return value == null ? NODES.nullNode() : NODES.textNode(value.toString());
  }
}
