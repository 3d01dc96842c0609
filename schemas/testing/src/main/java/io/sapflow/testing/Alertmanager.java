package io.sapflow.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A real Alertmanager on loopback, which a test starts and stops: Debian's binary. */
public final class Alertmanager implements AutoCloseable {

  /** Where Debian's packages prometheus-alertmanager and prometheus put their binaries. */
  private static final Path BINARY = Path.of("/usr/bin/prometheus-alertmanager");

  private static final Path TOOL = Path.of("/usr/bin/amtool");
  private static final Duration STARTS = Duration.ofSeconds(30);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Path work;
  private final int port;
  private Process process;

  /**
   * One that is not started yet.
   *
   * @param work a directory of its own
   * @param config the text of its configuration
   */
  public Alertmanager(Path work, String config) throws IOException {
    this.work = Files.createDirectories(work);
    Files.writeString(work.resolve("alertmanager.yml"), config);
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      this.port = free.getLocalPort();
    }
  }

  /** Why there is none on this machine; null where there is one. */
  public static String missing() {
    return Files.isExecutable(BINARY) && Files.isExecutable(TOOL)
        ? null
        : BINARY + " is not there: apt-get install prometheus-alertmanager would bring it";
  }

  /** A configuration that tells a URL of the alerts of a job's adapter together. */
  public static String config(URI pager, String wait, String interval) {
    return """
        global: {resolve_timeout: 2s}
        route:
          receiver: pager
          group_by: [job, adapter]
          group_wait: %s
          group_interval: %s
          repeat_interval: 4h
        receivers:
          - name: pager
            webhook_configs: [{url: '%s', send_resolved: true}]
        """
        .formatted(wait, interval, pager);
  }

  /** Starts it on its port, and waits until it answers. */
  public Alertmanager start() throws IOException, InterruptedException {
    process =
        new ProcessBuilder(
                BINARY.toString(),
                "--config.file=" + work.resolve("alertmanager.yml"),
                "--storage.path=" + work.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port,
                "--cluster.listen-address=")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(work.resolve("log").toFile()))
            .start();
    long end = System.nanoTime() + STARTS.toNanos();
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() > end) {
        process.destroyForcibly();
        throw new IOException(
            "Alertmanager does not answer: " + Files.readString(work.resolve("log")));
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
    return HttpRequest.newBuilder(url().resolve(path)).timeout(Duration.ofSeconds(5)).build();
  }

  /** Its address. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** The alerts that fire at it, as JSON of API v2. */
  public String firing() throws IOException, InterruptedException {
    return client.send(get("/api/v2/alerts?active=true"), BodyHandlers.ofString()).body();
  }

  /**
   * What Alertmanager's own tool says.
   *
   * @return its exit code, a space and what it printed
   */
  public static String tool(String... arguments) throws IOException, InterruptedException {
    String[] command = new String[arguments.length + 1];
    command[0] = TOOL.toString();
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    Process tool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return tool.waitFor() + " " + printed;
  }

  /** Ends it, with its alerts: it keeps what it has told, and no alerts. */
  public void stop() throws InterruptedException {
    if (process != null) {
      process.destroy();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    }
  }

  @Override
  public void close() {
    try {
      stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
