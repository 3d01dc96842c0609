package io.sapflow.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/** A server on loopback that answers as it is told, and remembers what it was asked. */
public final class HttpPeer implements AutoCloseable {

  /** What it was asked. */
  public record Asked(String method, String path, String authorization, String body) {}

  /** What it answers. */
  public record Said(int status, String body, Map<String, String> headers) {

    /** An answer without headers of its own. */
    public Said(int status, String body) {
      this(status, body, Map.of());
    }
  }

  /** How it answers. */
  public interface Behaviour {
    Said answer(Asked asked) throws Exception;
  }

  /** What it was asked, in order. */
  public final List<Asked> asked = new CopyOnWriteArrayList<>();

  /** How it answers from now on. */
  public volatile Behaviour behaviour;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  /** A server that runs until it is closed. */
  public HttpPeer(Behaviour behaviour) {
    this.behaviour = behaviour;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Asked one =
          new Asked(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              exchange.getRequestHeaders().getFirst("Authorization"),
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      Said said = behaviour.answer(one);
      asked.add(one);
      byte[] body = said.body().getBytes(StandardCharsets.UTF_8);
      said.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
      exchange.sendResponseHeaders(said.status(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  /** Its address with a path. */
  public URI url(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  /** Waits for what another thread brings about. */
  public static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + 10_000_000_000L;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("it did not come about within 10 s");
      }
      Thread.sleep(5);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
