package io.sapflow.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sapflow.http.HttpPeer;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Loads and unloads adapters as vLLM does: none twice, none that is not there. */
final class StrictVllm implements HttpPeer.Behaviour {

  /** Path of each loaded adapter, by name. */
  final Map<String, String> adapters = new ConcurrentSkipListMap<>();

  /** How many of the next requests fail. */
  final AtomicInteger failures = new AtomicInteger();

  @Override
  public HttpPeer.Said answer(HttpPeer.Asked asked) throws Exception {
    if (asked.path().equals("/v1/models")) {
      return new HttpPeer.Said(
          200,
          adapters.keySet().stream()
              .map(name -> "{\"id\":\"" + name + "\",\"object\":\"model\"}")
              .collect(Collectors.joining(",", "{\"object\":\"list\",\"data\":[", "]}")));
    }
    if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      return new HttpPeer.Said(500, "Internal Server Error");
    }
    JsonNode request = new JsonMapper().readTree(asked.body());
    String name = request.path("lora_name").asText();
    return switch (asked.path()) {
      case "/v1/load_lora_adapter" ->
          adapters.putIfAbsent(name, request.path("lora_path").asText()) == null
              ? new HttpPeer.Said(200, "Success: LoRA adapter '" + name + "' added successfully.")
              : error(400, "The lora adapter '" + name + "' has already been loaded.");
      case "/v1/unload_lora_adapter" ->
          adapters.remove(name) != null
              ? new HttpPeer.Said(200, "Success: LoRA adapter '" + name + "' removed successfully.")
              : error(404, "The lora adapter '" + name + "' cannot be found.");
      default -> new HttpPeer.Said(404, "{\"detail\":\"Not Found\"}");
    };
  }

  private static HttpPeer.Said error(int status, String message) {
    return new HttpPeer.Said(status, "{\"error\":{\"message\":\"" + message + "\"}}");
  }
}
