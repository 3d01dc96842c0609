package io.sapflow.ingest.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Stands in for a schema registry: answers as Confluent's documentation says, and fails as no real
 * one can be made to.
 */
public final class RegistryStandIn implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What is answered in place of the registry's own words. */
  public record Instead(int status, String body) {}

  private final HttpServer server;
  private final Map<Integer, String> answers = new TreeMap<>();
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final List<String> authorizations = Collections.synchronizedList(new ArrayList<>());
  private final List<Instead> next = Collections.synchronizedList(new ArrayList<>());
  private volatile Instead always;

  public RegistryStandIn() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Knows a schema of Avro. */
  public RegistryStandIn knows(int id, String schema) throws IOException {
    return answers(id, JSON.writeValueAsString(Map.of("schema", schema)));
  }

  /** Gives an answer for an id. */
  public RegistryStandIn answers(int id, String body) {
    answers.put(id, body);
    return this;
  }

  /** Gives these answers, whatever is asked, and then its own again. */
  public void next(Instead... each) {
    next.addAll(Arrays.asList(each));
  }

  /** Gives one answer, whatever is asked; null for its own again. */
  public void always(Instead instead) {
    always = instead;
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Asks this one alone, and does not wait long. */
  public RegistrySettings settings() {
    return settings(List.of(address()), 1000);
  }

  public static RegistrySettings settings(List<URI> addresses, int requests) {
    return new RegistrySettings(
        addresses, Duration.ofSeconds(10), Duration.ofMillis(700), requests);
  }

  /** Asks this one alone, for as long as any machine needs. */
  public RegistrySettings patient() {
    return new RegistrySettings(
        List.of(address()), Duration.ofSeconds(10), Duration.ofMinutes(2), 1000);
  }

  /** Method and path of each request that came. */
  public List<String> requests() {
    return requests;
  }

  public List<String> authorizations() {
    return authorizations;
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    requests.add(exchange.getRequestMethod() + " " + path);
    authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
    Instead answer = !next.isEmpty() ? next.remove(0) : always != null ? always : own(path);
    exchange.getRequestBody().readAllBytes();
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    if (answer.status() / 100 == 3) {
      exchange.getResponseHeaders().add("Location", answer.body());
    }
    exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private Instead own(String path) {
    if (path.matches("/subjects/[^/]+/versions")) {
      return new Instead(200, "{\"id\":7}");
    }
    String body = answers.get(Integer.valueOf(path.substring(path.lastIndexOf('/') + 1)));
    return body == null
        ? new Instead(404, "{\"error_code\":40403,\"message\":\"Schema not found\"}")
        : new Instead(200, body);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
