package io.sapflow.publish;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.http.Address;
import io.sapflow.http.BodyLimit;
import io.sapflow.http.JsonClient;
import io.sapflow.http.Reply;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A vLLM server's methods for LoRA adapters. Each leaves the server as it was asked to be, whether
 * or not it was so before.
 */
public final class VllmServer {

  /** Loading reads the adapter's weights; nothing else takes long. */
  private static final Duration LOADING = Duration.ofSeconds(60);

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private static final String LOAD = "load_lora_adapter";

  private static final BodyLimit ANSWER = BodyLimit.cutAt(4096);
  private static final BodyLimit MODELS = BodyLimit.failBeyond(16 << 20);

  private static final JsonMapper JSON = new JsonMapper();

  private final URI url;
  private final JsonClient http;
  private final JsonClient loading;

  /**
   * A server.
   *
   * @param url one of the settings'
   * @param authorization the header's value; null for none
   */
  public VllmServer(URI url, String authorization) {
    this.url = url;
    this.http = new JsonClient(TIMEOUT, authorization);
    this.loading = new JsonClient(LOADING, authorization);
  }

  /** Its address, as it is shown. */
  public String shown() {
    return Address.shown(url);
  }

  /** Where a method of the API is. */
  static URI method(URI url, String name) {
    String base = url.toString().replaceAll("/+$", "").replaceAll("/v1$", "");
    return URI.create(base + "/v1/" + name);
  }

  /**
   * Loads an adapter.
   *
   * @param name that clients ask for
   * @param path of its directory, as the server sees it
   */
  void load(String name, String path) throws IOException, InterruptedException {
    ObjectNode request = JSON.createObjectNode().put("lora_name", name).put("lora_path", path);
    Reply reply = loading.post(method(url, LOAD), bytes(request), ANSWER);
    if (!reply.ok() && !VllmRefusal.isLoaded(reply)) {
      throw VllmRefusal.ofLoad(name, path, reply);
    }
  }

  /** Unloads an adapter. */
  void unload(String name) throws IOException, InterruptedException {
    ObjectNode request = JSON.createObjectNode().put("lora_name", name);
    Reply reply = http.post(method(url, "unload_lora_adapter"), bytes(request), ANSWER);
    if (!reply.ok() && !VllmRefusal.isGone(reply, name)) {
      throw VllmRefusal.of("unloading " + name, reply);
    }
  }

  /** The models and adapters that the server has. */
  public List<VllmModel> models() throws IOException, InterruptedException {
    Reply reply = http.get(method(url, "models"), MODELS);
    if (!reply.ok()) {
      throw VllmRefusal.of("listing models", reply);
    }
    List<VllmModel> models = new ArrayList<>();
    try {
      for (JsonNode one : JSON.readTree(reply.body()).path("data")) {
        boolean isAdapter = one.path("parent").isTextual();
        models.add(new VllmModel(one.path("id").asText(), one.path("root").asText(), isAdapter));
      }
    } catch (JacksonException e) {
      throw VllmRefusal.of("listing models", reply);
    }
    return models;
  }

  /**
   * Asks for the method that loads, in a way that loads nothing.
   *
   * @throws IOException if the server has no such method, or does not answer
   */
  public void requireLoading() throws IOException, InterruptedException {
    Reply reply = http.get(method(url, LOAD), ANSWER);
    if (VllmRefusal.isNoMethod(reply)) {
      throw VllmRefusal.of("loading adapters", reply);
    }
  }

  private static byte[] bytes(ObjectNode request) {
    return request.toString().getBytes(StandardCharsets.UTF_8);
  }
}
