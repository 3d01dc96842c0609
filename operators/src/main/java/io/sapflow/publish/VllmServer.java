package io.sapflow.publish;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.http.BodyLimit;
import io.sapflow.http.JsonClient;
import io.sapflow.http.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * A vLLM server's methods for LoRA adapters. Each leaves the server as it was asked to be, whether
 * or not it was so before.
 */
public final class VllmServer {

  /** Loading reads the adapter's weights. */
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private static final BodyLimit ANSWER = BodyLimit.cutAt(4096);
  private static final BodyLimit MODELS = BodyLimit.failBeyond(16 << 20);
  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final String NO_SUCH_METHOD = "{\"detail\":\"Not Found\"}";

  private static final JsonMapper JSON = new JsonMapper();

  private final VllmSettings settings;
  private final JsonClient http;

  /**
   * A server.
   *
   * @param authorization the header's value; null for none
   */
  VllmServer(VllmSettings settings, String authorization) {
    this(settings, authorization, TIMEOUT);
  }

  /**
   * The same, asked with another patience.
   *
   * @param timeout of a call
   */
  public VllmServer(VllmSettings settings, String authorization, Duration timeout) {
    this.settings = settings;
    this.http = new JsonClient(timeout, authorization);
  }

  /**
   * Loads an adapter.
   *
   * @param name that clients ask for
   * @param path of its directory, as the server sees it
   */
  void load(String name, String path) throws IOException, InterruptedException {
    ObjectNode request = JSON.createObjectNode().put("lora_name", name).put("lora_path", path);
    Reply reply = call("load_lora_adapter", request);
    boolean there = reply.status() == BAD_REQUEST && reply.body().contains("already been");
    if (!reply.ok() && !there) {
      throw refusal("loading " + name + " from " + path, reply);
    }
  }

  /** Unloads an adapter. */
  void unload(String name) throws IOException, InterruptedException {
    Reply reply = call("unload_lora_adapter", JSON.createObjectNode().put("lora_name", name));
    boolean gone =
        (reply.status() == BAD_REQUEST || reply.status() == NOT_FOUND)
            && reply.body().contains("cannot be found");
    if (!reply.ok() && !gone) {
      throw refusal("unloading " + name, reply);
    }
  }

  /** Names of all models and adapters that the server has. */
  public Set<String> models() throws IOException, InterruptedException {
    Reply reply = http.get(settings.method("models"), MODELS);
    if (!reply.ok()) {
      throw refusal("listing models", reply);
    }
    Set<String> names = new HashSet<>();
    try {
      JSON.readTree(reply.body()).path("data").forEach(one -> names.add(one.path("id").asText()));
    } catch (JacksonException e) {
      throw refusal("listing models", reply);
    }
    return names;
  }

  private Reply call(String method, ObjectNode request) throws IOException, InterruptedException {
    return http.post(
        settings.method(method), request.toString().getBytes(StandardCharsets.UTF_8), ANSWER);
  }

  private static IOException refusal(String what, Reply reply) {
    boolean closed = reply.status() == NOT_FOUND && reply.body().strip().equals(NO_SUCH_METHOD);
    return new IOException(
        what
            + ": "
            + reply.quoted()
            + (closed
                ? "; expected a server started with --enable-lora and"
                    + " VLLM_ALLOW_RUNTIME_LORA_UPDATING=True"
                : ""));
  }
}
