package io.sapflow.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real Prometheus on loopback with the configuration and the rules of deploy/observability, which
 * a test starts and stops: Debian's binary. Two seconds stand for their fifteen, five for their
 * minutes.
 */
public final class Prometheus implements AutoCloseable {

  /** Where Debian's package puts them. */
  private static final Path BINARY = Path.of("/usr/bin/prometheus");

  private static final Path TOOL = Path.of("/usr/bin/promtool");
  private static final Duration STARTS = Duration.ofSeconds(30);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Path work;
  private final int port;
  private Process process;

  /**
   * One that is not started yet.
   *
   * @param work a directory of its own
   * @param target HOST:PORT that is scraped every two seconds
   */
  public Prometheus(Path work, String target) throws IOException {
    this.work = work;
    Path rules = Files.createDirectories(work.resolve("rules"));
    Path files = files();
    Files.writeString(
        work.resolve("prometheus.yml"),
        Files.readString(files.resolve("prometheus.yml"))
            .replaceAll("(scrape|evaluation)_interval: 15s", "$1_interval: 2s"));
    Files.writeString(work.resolve("targets.yml"), "- targets: ['" + target + "']\n");
    try (Stream<Path> all = Files.list(files.resolve("rules"))) {
      for (Path file : all.toList()) {
        Files.writeString(
            rules.resolve(file.getFileName()),
            Files.readString(file).replaceAll("for: \\d+m", "for: 5s"));
      }
    }
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      this.port = free.getLocalPort();
    }
  }

  /** The project's files for Prometheus and Grafana. */
  public static Path files() {
    return ProjectFiles.root().resolve("deploy/observability");
  }

  /** Why there is none on this machine; null where there is one. */
  public static String missing() {
    return Files.isExecutable(BINARY) && Files.isExecutable(TOOL)
        ? null
        : BINARY + " is not there: apt-get install prometheus would bring it";
  }

  /** Starts it, and waits until it answers. */
  public Prometheus start() throws IOException, InterruptedException {
    process =
        new ProcessBuilder(
                BINARY.toString(),
                "--config.file=" + work.resolve("prometheus.yml"),
                "--storage.tsdb.path=" + work.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(work.resolve("log").toFile())
            .start();
    long end = System.nanoTime() + STARTS.toNanos();
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() > end) {
        process.destroyForcibly();
        throw new IOException(
            "Prometheus does not answer: " + Files.readString(work.resolve("log")));
      }
      Thread.sleep(50);
    }
    return this;
  }

  private boolean answers() throws InterruptedException {
    try {
      return client.send(get("/-/ready"), BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private HttpRequest get(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(10))
        .build();
  }

  /** The present value of a PromQL expression, as JSON of its API. */
  public String query(String expression) throws IOException, InterruptedException {
    String query = URLEncoder.encode(expression, StandardCharsets.UTF_8);
    return client.send(get("/api/v1/query?query=" + query), BodyHandlers.ofString()).body();
  }

  /** What it takes a metric for, as JSON of its API. */
  public String metadata(String metric) throws IOException, InterruptedException {
    return client.send(get("/api/v1/metadata?metric=" + metric), BodyHandlers.ofString()).body();
  }

  /**
   * What Prometheus' own tool says.
   *
   * @return its exit code, a space and what it printed
   */
  public static String tool(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = Stream.concat(Stream.of(TOOL.toString()), arguments.stream()).toList();
    Process tool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return tool.waitFor() + " " + printed;
  }

  @Override
  public void close() {
    if (process == null) {
      return;
    }
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
