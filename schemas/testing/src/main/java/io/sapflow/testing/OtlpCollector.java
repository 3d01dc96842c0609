package io.sapflow.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/** A collector of OTLP over HTTP on loopback, which refuses whatever is not in its JSON. */
public final class OtlpCollector implements AutoCloseable {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String TAKEN = "{\"partialSuccess\":{}}";

  /** What it answers while it is told to answer otherwise. */
  private record Said(int status, String body) {}

  private final List<JsonNode> logs = new CopyOnWriteArrayList<>();
  private final List<JsonNode> spans = new CopyOnWriteArrayList<>();
  private final List<String> faults = new CopyOnWriteArrayList<>();
  private final List<String> posts = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private final Map<String, Said> saidAt = new ConcurrentHashMap<>();
  private volatile Said said;
  private volatile Map<String, Object> resource = Map.of();

  /** One that runs until it is closed. */
  public OtlpCollector() throws IOException {
    this(0);
  }

  /** One on a port. */
  public OtlpCollector(int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String authorization = exchange.getRequestHeaders().getFirst("Authorization");
      posts.add(exchange.getRequestURI() + " " + authorization);
      Said here = saidAt.getOrDefault(exchange.getRequestURI().getPath(), said);
      Said answer = here == null ? take(exchange, body) : here;
      byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(answer.status(), bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private Said take(HttpExchange exchange, byte[] body) throws IOException {
    try {
      String type = exchange.getRequestHeaders().getFirst("Content-Type");
      String path = exchange.getRequestURI().getPath();
      if (!"POST".equals(exchange.getRequestMethod()) || !"application/json".equals(type)) {
        throw new IllegalArgumentException("found " + type + ", expected a POST of JSON");
      }
      JsonNode json = JSON.readTree(body);
      if (path.endsWith("/v1/logs")) {
        logs.addAll(items(json, "resourceLogs", "scopeLogs", "logRecords"));
      } else if (path.endsWith("/v1/traces")) {
        spans.addAll(items(json, "resourceSpans", "scopeSpans", "spans"));
      } else {
        throw new IllegalArgumentException("found " + path + ", expected /v1/logs or /v1/traces");
      }
      return new Said(200, TAKEN);
    } catch (IllegalArgumentException e) {
      faults.add(e.getMessage());
      return new Said(400, "{\"code\":3}");
    }
  }

  private List<JsonNode> items(JsonNode json, String ofResource, String ofScope, String items) {
    if (json.isObject() && json.isEmpty()) {
      return List.of(); // A request that holds nothing is one.
    }
    JsonNode first = OtlpFields.only(json, ofResource);
    OtlpFields.resource(first.path("resource"));
    resource = OtlpFields.attributes(first.path("resource"));
    JsonNode scoped = first.path(ofScope).path(0);
    OtlpFields.scope(scoped.path("scope"));
    List<JsonNode> all = new CopyOnWriteArrayList<>();
    for (JsonNode each : scoped.path(items)) {
      if (items.equals("spans")) {
        OtlpFields.span(each);
      } else {
        OtlpFields.log(each);
      }
      all.add(each);
    }
    if (all.isEmpty() || first.size() != 2 || scoped.size() != 2) {
      throw new IllegalArgumentException("found " + json + ", expected " + items);
    }
    return all;
  }

  /** Its address, without a path. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Answers all with a status from now on, and takes nothing; 0 has it take again. */
  public void answer(int status, String body) {
    said = status == 0 ? null : new Said(status, body);
  }

  /** Answers so at one path from now on. */
  public void answerAt(String path, int status) {
    saidAt.put(path, new Said(status, ""));
  }

  /** Path and Authorization header of each post. */
  public List<String> posts() {
    return posts;
  }

  /** The log records that it has taken, in their order. */
  public List<JsonNode> logs() {
    return logs;
  }

  /** The spans that it has taken, in their order. */
  public List<JsonNode> spans() {
    return spans;
  }

  /** What was wrong with what it has refused. */
  public List<String> faults() {
    return faults;
  }

  /** The attributes of the last resource. */
  public Map<String, Object> resource() {
    return resource;
  }

  /** Attributes of a log record or span by their keys. */
  public static Map<String, Object> attributes(JsonNode of) {
    return OtlpFields.attributes(of);
  }

  /** Waits for what a thread of the sender's brings about. */
  public void await(BooleanSupplier condition, Duration most) throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "it did not come about within %s: %d logs, %d spans, faults %s, posts %s"
                .formatted(most, logs.size(), spans.size(), faults, posts));
      }
      Thread.sleep(5);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
