package io.sapflow.telemetry;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Attributes in OTLP's JSON; those without a value are left out. */
final class Attributes {

  private final ArrayNode json = JsonNodeFactory.instance.arrayNode();

  Attributes text(String key, String value) {
    if (value != null) {
      value(key).put("stringValue", value);
    }
    return this;
  }

  /** A whole number, which protobuf's JSON writes as a text. */
  Attributes whole(String key, long value) {
    value(key).put("intValue", Long.toString(value));
    return this;
  }

  Attributes number(String key, Double value) {
    if (value != null && Double.isFinite(value)) {
      value(key).put("doubleValue", value);
    }
    return this;
  }

  Attributes text(OwnName name, String value) {
    return text(name.key(), value);
  }

  Attributes whole(OwnName name, long value) {
    return whole(name.key(), value);
  }

  private ObjectNode value(String key) {
    return json.addObject().put("key", key).putObject("value");
  }

  ArrayNode json() {
    return json;
  }
}
