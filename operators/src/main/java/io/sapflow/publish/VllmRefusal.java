package io.sapflow.publish;

import io.sapflow.http.Reply;
import java.io.IOException;
import java.util.regex.Pattern;

/**
 * What vLLM's answers other than 2xx say. Sources: {@code vllm/entrypoints/openai} of 0.5 to 0.11,
 * and its front end in Rust, which knows {@link #PREFIXES}.
 */
public final class VllmRefusal {

  /** The variable without which a server has no methods for adapters. */
  public static final String UPDATING = "VLLM_ALLOW_RUNTIME_LORA_UPDATING";

  /** The variable of newer servers: where adapters may be loaded from, with : between. */
  public static final String PREFIXES = "VLLM_RUNTIME_LORA_ALLOWED_PATH_PREFIXES";

  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final String NO_SUCH_METHOD = "{\"detail\":\"Not Found\"}";

  private static final Pattern PATH_NOT_ALLOWED =
      Pattern.compile("(?i)allowed[_ ](path[_ ])?prefix|path prefix|path policy");

  private static final Pattern PATH_NOT_SEEN =
      Pattern.compile("(?i)must exist and be accessible|no adapter found");

  private VllmRefusal() {}

  /** Whether a load was refused because the adapter is loaded. */
  static boolean isLoaded(Reply reply) {
    return reply.status() == BAD_REQUEST && reply.body().contains("already been");
  }

  /** Whether an unload was refused because there is no such adapter. */
  static boolean isGone(Reply reply, String name) {
    String body = reply.body();
    return reply.status() == NOT_FOUND
        ? body.contains(name) || body.contains("model_not_found")
        : reply.status() == BAD_REQUEST && body.contains("cannot be found");
  }

  /** Whether the server has no such method at all. */
  static boolean isNoMethod(Reply reply) {
    String body = reply.body().strip();
    return reply.status() == NOT_FOUND && (body.isEmpty() || body.equals(NO_SUCH_METHOD));
  }

  /** In words, of what was to be done. */
  static IOException of(String what, Reply reply) {
    String expected =
        isNoMethod(reply)
            ? "; expected a server started with --enable-lora and " + UPDATING + "=True"
            : "";
    return new IOException(what + ": " + reply.quoted() + expected);
  }

  /**
   * The same of a load, which the server may refuse for the path.
   *
   * @param path of a version's directory in the store, as the server sees it
   */
  static IOException ofLoad(String name, String path, Reply reply) {
    String what = "loading " + name + " from " + path;
    if (PATH_NOT_ALLOWED.matcher(reply.body()).find()) {
      String store = path.replaceFirst("/[^/]+/[^/]+/*$", "");
      return new IOException(
          what
              + ": "
              + reply.quoted()
              + "; expected a server started with "
              + PREFIXES
              + "="
              + store
              + ", the store as that server sees it");
    }
    if (PATH_NOT_SEEN.matcher(reply.body()).find()) {
      return new IOException(
          what
              + ": "
              + reply.quoted()
              + "; expected a server that may read that directory:"
              + " sapflow.publish.vllm.path-map says where it sees the store");
    }
    return of(what, reply);
  }
}
