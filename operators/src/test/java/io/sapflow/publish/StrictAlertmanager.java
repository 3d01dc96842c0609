package io.sapflow.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sapflow.http.HttpPeer;
import java.time.Instant;
import java.util.Iterator;
import java.util.Set;

/** Takes alerts as API v2 does: a list of known fields, in time, with labels. */
final class StrictAlertmanager implements HttpPeer.Behaviour {

  private static final Set<String> FIELDS =
      Set.of("labels", "annotations", "startsAt", "endsAt", "generatorURL");

  @Override
  public HttpPeer.Said answer(HttpPeer.Asked asked) throws Exception {
    if (!asked.method().equals("POST") || !asked.path().equals("/api/v2/alerts")) {
      return new HttpPeer.Said(404, "no such path");
    }
    JsonNode alerts = new JsonMapper().readTree(asked.body());
    if (!alerts.isArray()) {
      return refused("alerts must be an array");
    }
    for (JsonNode alert : alerts) {
      Iterator<String> names = alert.fieldNames();
      while (names.hasNext()) {
        String name = names.next();
        if (!FIELDS.contains(name)) {
          return refused("unknown field " + name);
        }
      }
      if (alert.path("labels").isEmpty()) {
        return refused("at least one label pair required");
      }
      Instant starts = Instant.parse(alert.path("startsAt").asText());
      if (alert.has("endsAt") && Instant.parse(alert.path("endsAt").asText()).isBefore(starts)) {
        return refused("start time must be before end time");
      }
    }
    return new HttpPeer.Said(200, "");
  }

  private static HttpPeer.Said refused(String why) {
    return new HttpPeer.Said(400, "{\"code\":601,\"message\":\"" + why + "\"}");
  }
}
