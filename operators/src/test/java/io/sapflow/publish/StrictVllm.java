package io.sapflow.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.http.HttpPeer;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** Loads and unloads adapters as vLLM does: none twice, none that is not there. */
final class StrictVllm implements HttpPeer.Behaviour {

  private static final JsonMapper JSON = new JsonMapper();

  /** Path of each loaded adapter, by name. */
  final Map<String, String> adapters = new ConcurrentSkipListMap<>();

  /** How many of the next loads and unloads fail. */
  final AtomicInteger failures = new AtomicInteger();

  /** Whether nothing reaches it: connections are cut. */
  volatile boolean down;

  /** Where adapters may be loaded from, as newer servers ask for it; null for anywhere. */
  volatile String prefix;

  /** Its load waits until {@link #loads} is released; null for none. */
  volatile String slow;

  final Semaphore loads = new Semaphore(0);

  @Override
  public HttpPeer.Said answer(HttpPeer.Asked asked) throws Exception {
    if (down) {
      throw new IOException("cut");
    }
    if (asked.path().equals("/v1/models")) {
      return new HttpPeer.Said(200, models());
    }
    if (asked.method().equals("GET")) {
      return new HttpPeer.Said(405, "{\"detail\":\"Method Not Allowed\"}");
    }
    if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      return new HttpPeer.Said(500, "Internal Server Error");
    }
    JsonNode request = JSON.readTree(asked.body());
    String name = request.path("lora_name").asText();
    return switch (asked.path()) {
      case "/v1/load_lora_adapter" -> load(name, request.path("lora_path").asText());
      case "/v1/unload_lora_adapter" ->
          adapters.remove(name) != null
              ? new HttpPeer.Said(200, "Success: LoRA adapter '" + name + "' removed successfully.")
              : error(404, "NotFoundError", "The lora adapter '" + name + "' cannot be found.");
      default -> new HttpPeer.Said(404, "{\"detail\":\"Not Found\"}");
    };
  }

  private HttpPeer.Said load(String name, String path) throws Exception {
    if (prefix != null && !path.startsWith(prefix + "/")) {
      return error(
          400,
          "BadRequestError",
          "Local LoRA adapter path is outside the configured allowed prefixes.");
    }
    if (name.equals(slow)) {
      loads.acquire();
    }
    return adapters.putIfAbsent(name, path) == null
        ? new HttpPeer.Said(200, "Success: LoRA adapter '" + name + "' added successfully.")
        : error(
            400, "InvalidUserInput", "The lora adapter '" + name + "' has already been loaded.");
  }

  private String models() {
    ObjectNode list = JSON.createObjectNode().put("object", "list");
    ArrayNode data = list.putArray("data");
    data.addObject().put("id", "base").put("object", "model").put("root", "/models/base");
    adapters.forEach(
        (name, path) ->
            data.addObject()
                .put("id", name)
                .put("object", "model")
                .put("root", path)
                .put("parent", "base"));
    return list.toString();
  }

  private static HttpPeer.Said error(int status, String type, String message) {
    ObjectNode error = JSON.createObjectNode().put("object", "error").put("message", message);
    return new HttpPeer.Said(
        status, error.put("type", type).putNull("param").put("code", status).toString());
  }
}
