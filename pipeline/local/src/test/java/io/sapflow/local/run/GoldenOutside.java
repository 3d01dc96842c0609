package io.sapflow.local.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A judge, an Alertmanager and a vLLM server at one address. */
final class GoldenOutside implements AutoCloseable {

  /** What the judge says of every answer. */
  enum Judge {
    SAFE,
    HARMFUL,
    /** No word before the end. */
    NOTHING
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int UNAVAILABLE = 503;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<JsonNode> alerts = new CopyOnWriteArrayList<>();
  private final List<JsonNode> loads = new CopyOnWriteArrayList<>();
  private final Set<String> adapters = new ConcurrentSkipListSet<>();
  private final boolean takes;
  private volatile Judge judge;
  private volatile int unanswered;

  /**
   * Servers that are up.
   *
   * @param takes whether alerts and adapters are taken, or refused for now
   */
  GoldenOutside(Judge judge, boolean takes) throws IOException {
    this.judge = judge;
    this.takes = takes;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/moderations", this::moderate);
    server.createContext("/api/v2/alerts", this::alert);
    server.createContext("/v1/load_lora_adapter", this::load);
    server.createContext("/v1/unload_lora_adapter", this::unload);
    server.createContext("/v1/models", exchange -> answer(exchange, OK, models()));
    server.createContext("/", exchange -> answer(exchange, NOT_FOUND, ""));
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  void judge(Judge now) {
    judge = now;
  }

  /** Calls that the judge has left without a word. */
  int unanswered() {
    return unanswered;
  }

  /** Posts to the Alertmanager, taken or not: each an array of one alert. */
  List<JsonNode> alerts() {
    return alerts;
  }

  /** Requests to load an adapter, taken or not. */
  List<JsonNode> loads() {
    return loads;
  }

  private void moderate(HttpExchange exchange) throws IOException {
    JsonNode request = read(exchange);
    if (judge == Judge.NOTHING) {
      unanswered++;
      try {
        closed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      exchange.close();
      return;
    }
    ObjectNode reply = JSON.createObjectNode();
    ArrayNode results = reply.putArray("results");
    request
        .path("input")
        .forEach(answer -> results.addObject().put("flagged", judge == Judge.HARMFUL));
    answer(exchange, OK, reply.toString());
  }

  private static JsonNode read(HttpExchange exchange) throws IOException {
    return JSON.readTree(exchange.getRequestBody().readAllBytes());
  }

  private void alert(HttpExchange exchange) throws IOException {
    alerts.add(read(exchange));
    answer(exchange, takes ? OK : UNAVAILABLE, "");
  }

  private void load(HttpExchange exchange) throws IOException {
    JsonNode posted = read(exchange);
    loads.add(posted);
    if (takes) {
      adapters.add(posted.path("lora_name").asText());
    }
    answer(exchange, takes ? OK : UNAVAILABLE, "");
  }

  private void unload(HttpExchange exchange) throws IOException {
    adapters.remove(read(exchange).path("lora_name").asText());
    answer(exchange, OK, "");
  }

  private String models() {
    ObjectNode list = JSON.createObjectNode();
    ArrayNode data = list.putArray("data");
    adapters.forEach(name -> data.addObject().put("id", name).put("parent", "base"));
    return list.toString();
  }

  private static void answer(HttpExchange exchange, int status, String body) {
    try (exchange) {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
