package io.sapflow.telemetry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Requests of OTLP over HTTP as protobuf's JSON has them, with OTLP's exceptions: ids are hex
 * digits, enums are numbers.
 */
final class OtlpRequest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String SCOPE = "io.sapflow";

  private final ObjectNode resource = JsonNodeFactory.instance.objectNode();
  private final ObjectNode scope = JsonNodeFactory.instance.objectNode();

  /** Requests of a job. */
  OtlpRequest(TelemetrySettings settings) {
    resource.set(
        "attributes",
        new Attributes()
            .text("service.name", settings.service())
            .text("service.version", settings.release())
            .text("deployment.environment.name", settings.environment())
            .text(OwnName.JOB, settings.job())
            .json());
    scope.put("name", SCOPE);
    if (settings.release() != null) {
      scope.put("version", settings.release());
    }
  }

  /** The body of a request with items of a signal. */
  byte[] of(Signal signal, List<TelemetryItem> items) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ObjectNode ofResource = json.putArray(signal.byResource()).addObject();
    ofResource.set("resource", resource);
    ObjectNode ofScope = ofResource.putArray(signal.byScope()).addObject();
    ofScope.set("scope", scope);
    ArrayNode array = ofScope.putArray(signal.items());
    items.forEach(item -> array.addRawValue(new RawValue(item.json())));
    return write(json).getBytes(StandardCharsets.UTF_8);
  }

  /** A log record or span. */
  static TelemetryItem item(Signal signal, ObjectNode json) {
    return new TelemetryItem(signal, write(json));
  }

  private static String write(JsonNode json) {
    try {
      return JSON.writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError("a tree can be written", e);
    }
  }

  /**
   * What a collector says of a request that it has taken in part; a missing node where it has taken
   * all, or says something else.
   */
  static JsonNode partialSuccess(String answer) {
    try {
      return JSON.readTree(answer).path("partialSuccess");
    } catch (JsonProcessingException e) {
      return JsonNodeFactory.instance.missingNode();
    }
  }
}
