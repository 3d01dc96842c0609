package io.sapflow.testing;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A real Prometheus on loopback with the configuration and the rules of deploy/observability, which
 * a test starts and stops: Debian's binary. Two seconds stand for their fifteen, five for their
 * minutes.
 */
public final class Prometheus implements AutoCloseable {

  private static final DebianServer.Package DEBIAN =
      new DebianServer.Package(
          "prometheus", Path.of("/usr/bin/prometheus"), Path.of("/usr/bin/promtool"));

  private final Path work;
  private final DebianServer server;

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
    this.server = new DebianServer(DEBIAN, work.resolve("log"));
  }

  /** The project's files for Prometheus and Grafana. */
  public static Path files() {
    return ProjectFiles.root().resolve("deploy/observability");
  }

  /** Why there is none on this machine; null where there is one. */
  public static String missing() {
    return DEBIAN.missing();
  }

  /** Starts it, and waits until it answers. */
  public Prometheus start() throws IOException, InterruptedException {
    server.start(
        "--config.file=" + work.resolve("prometheus.yml"),
        "--storage.tsdb.path=" + work.resolve("data"));
    return this;
  }

  /** The present value of a PromQL expression, as JSON of its API. */
  public String query(String expression) throws IOException, InterruptedException {
    return server.get(
        "/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
  }

  /** What it takes a metric for, as JSON of its API. */
  public String metadata(String metric) throws IOException, InterruptedException {
    return server.get("/api/v1/metadata?metric=" + metric);
  }

  /**
   * What Prometheus' own tool says.
   *
   * @return its exit code, a space and what it printed
   */
  public static String tool(List<String> arguments) throws IOException, InterruptedException {
    return DEBIAN.tool(arguments);
  }

  @Override
  public void close() {
    server.close();
  }
}
