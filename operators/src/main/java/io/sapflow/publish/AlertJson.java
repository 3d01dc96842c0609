package io.sapflow.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.SafetyAlert;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Alerts as the JSON that receivers read. */
final class AlertJson {

  /** What Alertmanager writes where an alert has not ended. */
  private static final String NEVER = "0001-01-01T00:00:00Z";

  private static final JsonMapper JSON = new JsonMapper();

  private AlertJson() {}

  /** What a receiver of this kind is sent. */
  static byte[] of(WebhookKind kind, SafetyAlert alert) {
    return switch (kind) {
      case ALERTMANAGER -> bytes(JSON.createArrayNode().add(postable(alert)));
      case GENERIC -> bytes(webhook(alert));
    };
  }

  /** Of API v2, which makes fingerprint and status itself and refuses fields that it lacks. */
  private static ObjectNode postable(SafetyAlert alert) {
    ObjectNode json = JSON.createObjectNode();
    put(json, "labels", alert.getLabels());
    put(json, "annotations", alert.getAnnotations());
    json.put("startsAt", time(alert.getStartsAt()));
    if (alert.getEndsAt() != null) {
      json.put("endsAt", time(alert.getEndsAt()));
    }
    return json;
  }

  /** Version 4 of the payload of Alertmanager's webhooks, as a group of one alert. */
  private static ObjectNode webhook(SafetyAlert alert) {
    String status = alert.getStatus().name().toLowerCase(Locale.ROOT);
    ObjectNode json = JSON.createObjectNode();
    json.put("version", "4");
    json.put("groupKey", "{}:{fingerprint=\"" + alert.getFingerprint() + "\"}");
    json.put("truncatedAlerts", 0);
    json.put("status", status);
    json.put("receiver", "sapflow");
    put(json, "groupLabels", alert.getLabels());
    put(json, "commonLabels", alert.getLabels());
    put(json, "commonAnnotations", alert.getAnnotations());
    json.put("externalURL", "");
    ArrayNode alerts = json.putArray("alerts");
    ObjectNode one = alerts.addObject();
    one.put("status", status);
    put(one, "labels", alert.getLabels());
    put(one, "annotations", alert.getAnnotations());
    one.put("startsAt", time(alert.getStartsAt()));
    one.put("endsAt", alert.getStatus() == AlertStatus.FIRING ? NEVER : time(end(alert)));
    one.put("generatorURL", "");
    one.put("fingerprint", alert.getFingerprint());
    return json;
  }

  private static long end(SafetyAlert alert) {
    return alert.getEndsAt() == null ? alert.getStartsAt() : alert.getEndsAt();
  }

  private static void put(ObjectNode json, String name, Map<String, String> words) {
    ObjectNode object = json.putObject(name);
    new TreeMap<>(words).forEach(object::put);
  }

  /** RFC 3339. */
  private static String time(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }

  private static byte[] bytes(Object json) {
    try {
      return JSON.writeValueAsString(json).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new AssertionError("a tree can be written", e);
    }
  }
}
