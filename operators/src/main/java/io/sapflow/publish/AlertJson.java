package io.sapflow.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
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

/** A job's alerts as the JSON that receivers read. */
final class AlertJson {

  /** What Alertmanager writes where an alert has not ended. */
  private static final String NEVER = "0001-01-01T00:00:00Z";

  /** Characters, of PagerDuty's Events API v2. */
  private static final int LONGEST_SUMMARY = 1024;

  private static final JsonMapper JSON = new JsonMapper();

  static final String RUNBOOK = "runbook_url";

  private final WebhookSettings settings;
  private final AlertOrigin origin;
  private final AlertTemplate template;
  private final String key;

  /**
   * For receivers of a kind.
   *
   * @param key that opens them; null for none
   */
  AlertJson(WebhookSettings settings, String key) {
    this.settings = settings;
    this.origin = settings.origin();
    this.key = key;
    this.template =
        switch (settings.kind()) {
          case ALERTMANAGER, GENERIC -> null;
          case SLACK -> new AlertTemplate("slack.json", AlertJson::forSlack);
          case PAGERDUTY -> new AlertTemplate("pagerduty.json", word -> word);
        };
  }

  /**
   * What a receiver is sent.
   *
   * @param now epoch milliseconds
   */
  byte[] of(SafetyAlert alert, long now) {
    return switch (settings.kind()) {
      case ALERTMANAGER -> bytes(JSON.createArrayNode().add(postable(alert, now)));
      case GENERIC -> bytes(webhook(alert));
      case SLACK -> bytes(filled(alert));
      case PAGERDUTY -> bytes(cut((ObjectNode) filled(alert)));
    };
  }

  private JsonNode filled(SafetyAlert alert) {
    return template.fill(AlertWords.of(alert, origin, annotations(alert), key));
  }

  /** PagerDuty refuses an event whose summary is longer. */
  private static ObjectNode cut(ObjectNode event) {
    ObjectNode payload = (ObjectNode) event.get("payload");
    String summary = payload.get("summary").textValue();
    if (summary.length() > LONGEST_SUMMARY) {
      int end = LONGEST_SUMMARY - 1;
      end = Character.isHighSurrogate(summary.charAt(end - 1)) ? end - 1 : end;
      payload.put("summary", summary.substring(0, end) + "…");
    }
    return event;
  }

  /** Names of sources come from records: to Slack, what stands in angles would call people. */
  private static String forSlack(String word) {
    return word.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** Of API v2, which makes fingerprint and status itself and refuses fields that it lacks. */
  private ObjectNode postable(SafetyAlert alert, long now) {
    ObjectNode json = JSON.createObjectNode();
    put(json, "labels", origin.labels(alert.getLabels()));
    put(json, "annotations", annotations(alert));
    json.put("startsAt", time(alert.getStartsAt()));
    // Without it Alertmanager would resolve, after its resolve_timeout, what fired in a dead job.
    json.put(
        "endsAt",
        time(alert.getEndsAt() == null ? now + settings.hold().toMillis() : alert.getEndsAt()));
    String address = origin.address(alert.getAdapterId(), alert.getRule());
    if (address != null) {
      json.put("generatorURL", address);
    }
    return json;
  }

  /** Version 4 of the payload of Alertmanager's webhooks, as a group of one alert. */
  private ObjectNode webhook(SafetyAlert alert) {
    String status = alert.getStatus().name().toLowerCase(Locale.ROOT);
    String address = origin.address(alert.getAdapterId(), alert.getRule());
    Map<String, String> labels = origin.labels(alert.getLabels());
    Map<String, String> annotations = annotations(alert);
    ObjectNode json = JSON.createObjectNode();
    json.put("version", "4");
    json.put("groupKey", "{}:{fingerprint=\"" + alert.getFingerprint() + "\"}");
    json.put("truncatedAlerts", 0);
    json.put("status", status);
    json.put("receiver", "sapflow");
    put(json, "groupLabels", labels);
    put(json, "commonLabels", labels);
    put(json, "commonAnnotations", annotations);
    json.put("externalURL", "");
    ArrayNode alerts = json.putArray("alerts");
    ObjectNode one = alerts.addObject();
    one.put("status", status);
    put(one, "labels", labels);
    put(one, "annotations", annotations);
    one.put("startsAt", time(alert.getStartsAt()));
    one.put("endsAt", alert.getStatus() == AlertStatus.FIRING ? NEVER : time(end(alert)));
    one.put("generatorURL", address == null ? "" : address);
    one.put("fingerprint", alert.getFingerprint());
    return json;
  }

  /** Without a runbook that nobody could open. */
  private static Map<String, String> annotations(SafetyAlert alert) {
    TreeMap<String, String> words = new TreeMap<>(alert.getAnnotations());
    words.computeIfPresent(RUNBOOK, (name, url) -> isAbsolute(url) ? url : null);
    return words;
  }

  private static boolean isAbsolute(String url) {
    return url.startsWith("http://") || url.startsWith("https://");
  }

  /** When an alert that has resolved did, epoch milliseconds. */
  static long end(SafetyAlert alert) {
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
