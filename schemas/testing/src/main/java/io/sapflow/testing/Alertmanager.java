package io.sapflow.testing;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A real Alertmanager on loopback, which a test starts and stops: Debian's binary. */
public final class Alertmanager implements AutoCloseable {

  private static final DebianServer.Package DEBIAN =
      new DebianServer.Package(
          "prometheus-alertmanager",
          Path.of("/usr/bin/prometheus-alertmanager"),
          Path.of("/usr/bin/amtool"));

  private final Path work;
  private final DebianServer server;

  /**
   * One that is not started yet.
   *
   * @param work a directory of its own
   * @param config the text of its configuration
   */
  public Alertmanager(Path work, String config) throws IOException {
    this.work = Files.createDirectories(work);
    Files.writeString(work.resolve("alertmanager.yml"), config);
    this.server = new DebianServer(DEBIAN, work.resolve("log"));
  }

  /** Why there is none on this machine; null where there is one. */
  public static String missing() {
    return DEBIAN.missing();
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
    server.start(
        "--config.file=" + work.resolve("alertmanager.yml"),
        "--storage.path=" + work.resolve("data"),
        "--cluster.listen-address=");
    return this;
  }

  /** Its address. */
  public URI url() {
    return server.url();
  }

  /** The alerts that fire at it, as JSON of API v2. */
  public String firing() throws IOException, InterruptedException {
    return server.get("/api/v2/alerts?active=true");
  }

  /**
   * What Alertmanager's own tool says.
   *
   * @return its exit code, a space and what it printed
   */
  public static String tool(String... arguments) throws IOException, InterruptedException {
    return DEBIAN.tool(List.of(arguments));
  }

  /** Ends it, with its alerts: it keeps what it has told, and no alerts. */
  public void stop() throws InterruptedException {
    server.stop();
  }

  @Override
  public void close() {
    server.close();
  }
}
