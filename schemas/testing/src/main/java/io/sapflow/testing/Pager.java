package io.sapflow.testing;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes what an Alertmanager tells people. */
public final class Pager implements AutoCloseable {

  private final List<String> pages = new CopyOnWriteArrayList<>();
  private final HttpServer server;

  /** One that runs until it is closed. */
  public Pager() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            pages.add(new String(body, StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(200, -1);
          }
        });
    server.start();
  }

  /** Its address. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  /**
   * What it was told, in order, the JSON of Alertmanager's webhooks.
   *
   * @param status firing or resolved
   * @param part what it holds, such as a label
   */
  public List<String> pages(String status, String part) {
    return pages.stream()
        .filter(page -> page.contains("\"receiver\":"))
        .filter(page -> page.contains("\"status\":\"" + status + "\",\"alerts\""))
        .filter(page -> page.contains(part))
        .toList();
  }

  /** Waits for such a page, and returns the first. */
  public String await(String status, String part, Duration most) throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    while (pages(status, part).isEmpty()) {
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "found no page that is %s with %s within %s, but %s"
                .formatted(status, part, most, pages));
      }
      Thread.sleep(20);
    }
    return pages(status, part).get(0);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
