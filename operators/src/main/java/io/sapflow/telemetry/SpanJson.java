package io.sapflow.telemetry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Spans in OTLP's JSON. */
final class SpanJson {

  /** SPAN_KIND_INTERNAL. */
  private static final int INTERNAL = 1;

  /** STATUS_CODE_ERROR. */
  private static final int ERROR = 2;

  private static final long NANOS_PER_MILLI = 1_000_000;

  private SpanJson() {}

  /**
   * A span; one whose clocks disagree takes no time.
   *
   * @param parent id of the span that it is a part of; null for the trace's first
   * @param from epoch milliseconds
   * @param to epoch milliseconds
   */
  static ObjectNode of(
      SpanId id, String parent, IncidentSpan span, long from, long to, Attributes attributes) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("traceId", id.trace()).put("spanId", id.span());
    if (parent != null) {
      json.put("parentSpanId", parent);
    }
    json.put("name", span.title());
    json.put("kind", INTERNAL);
    json.put("startTimeUnixNano", nanos(from));
    json.put("endTimeUnixNano", nanos(Math.max(from, to)));
    json.set("attributes", attributes.json());
    return json;
  }

  /** Marks a span as one of a failure. */
  static ObjectNode failed(ObjectNode span, String message) {
    span.putObject("status").put("code", ERROR).put("message", message);
    return span;
  }

  /** A time as protobuf's JSON writes 64 bits: as a text. */
  static String nanos(long millis) {
    return Long.toString(Math.multiplyExact(millis, NANOS_PER_MILLI));
  }
}
