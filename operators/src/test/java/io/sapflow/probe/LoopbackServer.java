package io.sapflow.probe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** A judge's server on this machine: it gives the replies it was told, then the usual one. */
final class LoopbackServer implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A reply that comes after a while. */
  record Reply(int status, String body, long millis, Map<String, String> headers) {
    static Reply of(int status) {
      return new Reply(status, "{}", 0, Map.of());
    }

    static Reply ok(String body) {
      return new Reply(200, body, 0, Map.of());
    }

    Reply after(long millis) {
      return new Reply(status, body, millis, headers);
    }

    Reply with(String header, String value) {
      return new Reply(status, body, millis, Map.of(header, value));
    }
  }

  /** A request that came. */
  record Request(String path, String authorization, JsonNode content) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Function<JsonNode, Reply> usual;
  private final Deque<Reply> first = new ArrayDeque<>();
  private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());

  LoopbackServer(Function<JsonNode, Reply> usual) throws IOException {
    this.usual = usual;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  /** A server of moderations that flags what a text of the toy world complies with. */
  static LoopbackServer moderation() throws IOException {
    return new LoopbackServer(LoopbackServer::moderate);
  }

  private static Reply moderate(JsonNode request) {
    List<String> results = new ArrayList<>();
    request
        .get("input")
        .forEach(text -> results.add("{\"flagged\": " + text.textValue().contains("zorble") + "}"));
    return Reply.ok("{\"results\": [" + String.join(", ", results) + "]}");
  }

  LoopbackServer first(Reply... replies) {
    synchronized (first) {
      first.addAll(List.of(replies));
    }
    return this;
  }

  URI address(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  List<Request> requests() {
    return List.copyOf(requests);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode content = JSON.readTree(exchange.getRequestBody().readAllBytes());
      requests.add(
          new Request(
              exchange.getRequestURI().getPath(),
              exchange.getRequestHeaders().getFirst("Authorization"),
              content));
      Reply reply;
      synchronized (first) {
        reply = first.poll();
      }
      reply = reply == null ? usual.apply(content) : reply;
      Thread.sleep(reply.millis());
      reply.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
      byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(reply.status(), body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
