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
    server.createContext("/api/v2/alerts", exchange -> take(exchange, alerts));
    server.createContext("/v1/load_lora_adapter", exchange -> take(exchange, loads));
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
    JsonNode request = JSON.readTree(exchange.getRequestBody().readAllBytes());
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

  private void take(HttpExchange exchange, List<JsonNode> into) throws IOException {
    into.add(JSON.readTree(exchange.getRequestBody().readAllBytes()));
    answer(exchange, takes ? OK : UNAVAILABLE, "");
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
