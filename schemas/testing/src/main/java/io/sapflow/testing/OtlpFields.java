package io.sapflow.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Holds requests of OTLP over HTTP to the protocol's JSON, field by field: the names of
 * opentelemetry-proto 1.7 in lower camel case, ids in hex digits, enums as numbers, 64 bits as
 * texts. What the protocol does not know is refused, though a collector would pass over it.
 */
final class OtlpFields {

  private static final BigInteger MOST_NANOS = BigInteger.ONE.shiftLeft(64);

  private OtlpFields() {}

  /** The first field of a request under which everything stands. */
  static JsonNode only(JsonNode parent, String field) {
    fields(parent, Set.of(field), Set.of(field));
    JsonNode array = parent.get(field);
    require(array.isArray() && array.size() == 1, field, array);
    return array.get(0);
  }

  static void resource(JsonNode json) {
    fields(json, Set.of("attributes"), Set.of("attributes"));
    require(!attributes(json).getOrDefault("service.name", "").toString().isEmpty(), "name", json);
  }

  static void scope(JsonNode json) {
    fields(json, Set.of("name"), Set.of("name", "version"));
    text(json, "name");
  }

  static void log(JsonNode json) {
    fields(
        json,
        Set.of("timeUnixNano", "observedTimeUnixNano", "severityNumber", "eventName", "attributes"),
        Set.of(
            "timeUnixNano",
            "observedTimeUnixNano",
            "severityNumber",
            "severityText",
            "eventName",
            "body",
            "attributes",
            "traceId",
            "spanId"));
    nanos(json, "timeUnixNano");
    nanos(json, "observedTimeUnixNano");
    number(json, "severityNumber", 24);
    text(json, "eventName");
    value(json.get("body"));
    attributes(json);
    require(json.has("traceId") == json.has("spanId"), "spanId", json);
    if (json.has("traceId")) {
      id(json, "traceId", 32);
      id(json, "spanId", 16);
    }
  }

  static void span(JsonNode json) {
    fields(
        json,
        Set.of("traceId", "spanId", "name", "kind", "startTimeUnixNano", "endTimeUnixNano"),
        Set.of(
            "traceId",
            "spanId",
            "parentSpanId",
            "name",
            "kind",
            "startTimeUnixNano",
            "endTimeUnixNano",
            "attributes",
            "status"));
    id(json, "traceId", 32);
    id(json, "spanId", 16);
    if (json.has("parentSpanId")) {
      id(json, "parentSpanId", 16);
    }
    text(json, "name");
    number(json, "kind", 5);
    BigInteger start = nanos(json, "startTimeUnixNano");
    require(start.compareTo(nanos(json, "endTimeUnixNano")) <= 0, "endTimeUnixNano", json);
    attributes(json);
    if (json.has("status")) {
      fields(json.get("status"), Set.of("code"), Set.of("code", "message"));
      number(json.get("status"), "code", 2);
    }
  }

  /** Attributes by their keys: texts, {@code Long}, {@code Double} and {@code Boolean}. */
  static Map<String, Object> attributes(JsonNode of) {
    Map<String, Object> all = new TreeMap<>();
    require(of.path("attributes").isArray(), "attributes", of);
    for (JsonNode each : of.get("attributes")) {
      fields(each, Set.of("key", "value"), Set.of("key", "value"));
      String key = text(each, "key");
      require(all.put(key, value(each.get("value"))) == null, "key " + key, of);
    }
    return all;
  }

  private static Object value(JsonNode value) {
    require(value != null && value.size() == 1, "value", value);
    String kind = value.fieldNames().next();
    JsonNode held = value.get(kind);
    return switch (kind) {
      case "stringValue" -> text(value, kind);
      case "intValue" -> Long.valueOf(text(value, kind));
      case "doubleValue" -> {
        require(held.isNumber(), kind, value);
        yield held.doubleValue();
      }
      case "boolValue" -> {
        require(held.isBoolean(), kind, value);
        yield held.booleanValue();
      }
      default -> throw new IllegalArgumentException("found " + value + ", expected a value");
    };
  }

  private static void fields(JsonNode json, Set<String> needed, Set<String> known) {
    require(json != null && json.isObject(), "an object", json);
    needed.forEach(name -> require(json.has(name), name, json));
    json.fieldNames().forEachRemaining(name -> require(known.contains(name), "no " + name, json));
  }

  private static String text(JsonNode json, String field) {
    require(json.path(field).isTextual(), "a text " + field, json);
    return json.get(field).textValue();
  }

  private static void number(JsonNode json, String field, int most) {
    JsonNode value = json.path(field);
    require(value.isInt() && value.intValue() >= 0 && value.intValue() <= most, field, json);
  }

  private static BigInteger nanos(JsonNode json, String field) {
    String text = text(json, field);
    require(text.matches("[1-9][0-9]{0,19}"), field, json);
    BigInteger nanos = new BigInteger(text);
    require(nanos.compareTo(MOST_NANOS) < 0, field, json);
    return nanos;
  }

  private static void id(JsonNode json, String field, int digits) {
    String text = text(json, field);
    require(text.matches("[0-9a-f]{" + digits + "}") && !text.matches("0+"), field, json);
  }

  private static void require(boolean holds, String expected, JsonNode found) {
    if (!holds) {
      throw new IllegalArgumentException("found " + found + ", expected " + expected);
    }
  }
}
