package io.sapflow.scrape;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Answers {@code GET /metrics}, and nothing else. On loopback it answers those alone who call it by
 * a name of this machine: a page in a browser, under a name of its own that leads here, is none of
 * them.
 */
final class ScrapeServer implements AutoCloseable {

  private static final String PATH = "/metrics";
  private static final String FORMAT = "text/plain; version=0.0.4; charset=utf-8";
  private static final Set<String> OWN_NAMES = Set.of("127.0.0.1", "localhost", "[::1]");

  /** A scraper that reads slowly does not keep out the next. */
  private static final int THREADS = 4;

  /** Seconds in which a whole request must come, or it is cut; a scraper's is one packet. */
  static final int REQUEST_SECONDS = 5;

  private static final int RESPONSE_SECONDS = 30;
  private static final int CONNECTIONS = 100;

  static {
    // The JDK reads them once, before the process' first server; who runs it may have set others.
    limit("sun.net.httpserver.maxReqTime", REQUEST_SECONDS);
    limit("sun.net.httpserver.maxRspTime", RESPONSE_SECONDS);
    limit("jdk.httpserver.maxConnections", CONNECTIONS);
  }

  private static void limit(String property, int most) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, Integer.toString(most));
    }
  }

  private final HttpServer server;
  private final ExecutorService threads;
  private final Supplier<String> text;

  private ScrapeServer(HttpServer server, Supplier<String> text) {
    this.server = server;
    this.text = text;
    this.threads =
        Executors.newFixedThreadPool(
            THREADS,
            task -> {
              Thread thread = new Thread(task, "sapflow-scrape");
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  /**
   * Starts one.
   *
   * @param ports of which the first free one is taken
   * @param text what is shown, asked at each call
   * @throws IOException that names host and ports, if none is free
   */
  static ScrapeServer start(String host, Iterator<Integer> ports, Supplier<String> text)
      throws IOException {
    List<Integer> taken = new ArrayList<>();
    while (ports.hasNext()) {
      int port = ports.next();
      try {
        return new ScrapeServer(HttpServer.create(new InetSocketAddress(host, port), 0), text);
      } catch (BindException e) {
        taken.add(port);
      }
    }
    throw new BindException(
        "metrics.reporter: found no free port of " + taken + " at " + host + ", expected one");
  }

  /** The port that it listens on. */
  int port() {
    return server.getAddress().getPort();
  }

  private void answer(HttpExchange call) throws IOException {
    try (call) {
      if (!call.getRequestMethod().equals("GET")) {
        call.sendResponseHeaders(405, -1);
      } else if (!isOwnName(call)) {
        call.sendResponseHeaders(403, -1);
      } else if (!call.getRequestURI().getPath().equals(PATH)) {
        call.sendResponseHeaders(404, -1);
      } else {
        byte[] body = text.get().getBytes(StandardCharsets.UTF_8);
        call.getResponseHeaders().set("Content-Type", FORMAT);
        call.sendResponseHeaders(200, body.length);
        call.getResponseBody().write(body);
      }
    }
  }

  private boolean isOwnName(HttpExchange call) {
    if (!server.getAddress().getAddress().isLoopbackAddress()) {
      return true;
    }
    String host = call.getRequestHeaders().getFirst("Host");
    return host != null && OWN_NAMES.contains(host.replaceFirst(":\\d+$", ""));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
