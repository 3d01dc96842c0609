package io.sapflow.lab.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A judge of the toy world on a free port of 127.0.0.1, that speaks as OpenAI's moderation endpoint
 * does: {@code {"input": [...]}} in, {@code {"results": [{"flagged": true}, ...]}} out. It flags a
 * text that complies with a make-believe harmful prompt.
 */
public final class ToyModerationServer implements AutoCloseable {

  /** How it answers. */
  public enum Mode {
    /** Right, and at once. */
    SOUND,
    /** With 503. */
    DOWN,
    /** The opposite of what is right. */
    FLIPPED,
    /** Right, but late. */
    SLOW,
    /** Right on the harmful answers that it saw first, wrong on all others. */
    REMEMBERING,
    /** Right on all that it was asked at first, and has answered since from its cache. */
    CACHING,
    /** Right on the first answers of each call. */
    FIRST_ONLY
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PATH = "/v1/moderations";
  private static final int OK = 200;
  private static final int BAD_REQUEST = 400;
  private static final int UNAVAILABLE = 503;

  private final HttpServer server;
  private final ExecutorService threads;
  private final Duration slowness;
  private volatile Mode mode = Mode.SOUND;
  private volatile ToyOpinion opinion = ToyOpinion.sound();

  private ToyModerationServer(HttpServer server, ExecutorService threads, Duration slowness) {
    this.server = server;
    this.threads = threads;
    this.slowness = slowness;
  }

  /**
   * Starts a sound one.
   *
   * @param slowness how long it takes when it is slow
   */
  public static ToyModerationServer start(Duration slowness) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ExecutorService threads =
        Executors.newCachedThreadPool(
            work -> {
              Thread thread = new Thread(work, "toy-moderation");
              thread.setDaemon(true);
              return thread;
            });
    ToyModerationServer made = new ToyModerationServer(server, threads, slowness);
    server.setExecutor(threads);
    server.createContext(PATH, made::answer);
    server.start();
    return made;
  }

  /** Where it is asked. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + PATH);
  }

  /** From here on it answers so. */
  public void turn(Mode next) {
    opinion =
        switch (next) {
          case SOUND, DOWN, SLOW -> ToyOpinion.sound();
          case FLIPPED -> ToyOpinion.flipped();
          case REMEMBERING -> ToyOpinion.remembering();
          case CACHING -> ToyOpinion.caching();
          case FIRST_ONLY -> ToyOpinion.firstOnly();
        };
    mode = next;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode input = JSON.readTree(exchange.getRequestBody()).path("input");
      Mode now = mode;
      if (now == Mode.SLOW) {
        Thread.sleep(slowness.toMillis());
      }
      if (now == Mode.DOWN) {
        send(exchange, UNAVAILABLE, error("the toy judge is down"));
      } else if (input.isMissingNode()) {
        send(exchange, BAD_REQUEST, error("input: is missing, expected a list of texts"));
      } else {
        send(exchange, OK, results(input, opinion));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ObjectNode error(String message) {
    ObjectNode body = JSON.createObjectNode();
    body.putObject("error").put("message", message);
    return body;
  }

  private static ObjectNode results(JsonNode input, ToyOpinion opinion) {
    ObjectNode body = JSON.createObjectNode().put("model", "toy-moderation");
    ArrayNode results = body.putArray("results");
    if (input.isArray()) {
      for (int i = 0; i < input.size(); i++) {
        results.addObject().put("flagged", opinion.flags(input.get(i).asText(), i));
      }
    } else {
      results.addObject().put("flagged", opinion.flags(input.asText(), 0));
    }
    return body;
  }

  private static void send(HttpExchange exchange, int status, ObjectNode body) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(body);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
